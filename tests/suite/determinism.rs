//! The same input gives the same bytes, manifest included, whatever the number of threads, the
//! order of directories, the locale and the time zone, and from one process to the next.

use std::path::Path;
use std::process::Command;

use crate::support::{self, Random, Tree, rich};

/// Writes the files in a different order each time: many file systems list them in an order that
/// depends on it.
fn write_shuffled(root: &Path, tree: &Tree, random: &mut Random) {
    let mut files: Vec<(&str, &[u8])> =
        tree.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    random.shuffle(&mut files);
    support::write(root, files);
}

fn same(first: &Tree, other: &Tree, how: &str) {
    let difference = support::difference(first, other);
    assert!(difference.is_empty(), "{how}:\n{difference}");
}

#[test]
fn threads_and_directory_order() {
    let site = rich::site(14, 2);
    let want = support::clean_output(&site);
    assert!(want.len() > 80, "{}", want.len());
    let mut random = Random(3);
    for threads in [1, 2, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for _ in 0..2 {
            let folder = support::temp();
            write_shuffled(folder.path(), &site, &mut random);
            pool.install(|| support::build_clean(&support::request(folder.path())));
            let made = support::read_tree(&folder.path().join("public"));
            same(&want, &made, &format!("{threads} threads"));
        }
    }
}

#[test]
fn processes_locales_and_time_zones() {
    let site = rich::site(10, 4);
    let want = support::clean_output(&site);
    let mut random = Random(5);
    let worlds = [
        ("C", "UTC", "1"),
        ("id_ID.UTF-8", "Asia/Jakarta", "2"),
        ("tr_TR.UTF-8", "America/New_York", "3"),
        ("ar_EG.UTF-8", "Pacific/Kiritimati", "4"),
    ];
    for (locale, zone, threads) in worlds {
        let folder = support::temp();
        write_shuffled(folder.path(), &site, &mut random);
        let run = Command::new(env!("CARGO_BIN_EXE_kisah"))
            .args(["--root", "./", "build", "--today", "2026-01-01"])
            .current_dir(folder.path())
            .envs([("LANG", locale), ("LC_ALL", locale), ("TZ", zone)])
            .envs([("RAYON_NUM_THREADS", threads), ("HOME", "/nonexistent")])
            .output()
            .expect("kisah runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let made = support::read_tree(&folder.path().join("public"));
        same(&want, &made, &format!("{locale} {zone} {threads}"));
    }
}

/// The day appears on no page, only its consequences do.
#[test]
fn the_day_does_not_show() {
    let folder = support::temp();
    support::write_tree(folder.path(), &rich::site(6, 6));
    let mut request = support::request(folder.path());
    support::build_clean(&request);
    let first = support::read_tree(&folder.path().join("public"));
    request.today = kisah::build::Today::Day(jiff::civil::date(2031, 7, 14));
    let report = support::build_clean(&request);
    assert_eq!(report.rendered, 0);
    same(&first, &support::read_tree(&folder.path().join("public")), "five years later");
}
