//! Kills the program while it builds, again and again: whatever it was doing, the next build leaves
//! what a clean one does.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{self, Random, Tree, read_tree};

/// How many times, unless `KISAH_KILLS` says otherwise.
const KILLS: usize = 20;
/// How many posts.
const POSTS: usize = 200;

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kisah"));
    command.arg("build").arg("--root").arg(root).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Version `n` of a site: posts that change, appear and disappear, and files that become folders
/// and back.
fn version(n: usize, random: &mut Random) -> Tree {
    let templates = ["index", "section", "page", "404"];
    let mut tree: Tree =
        templates.map(|name| (format!("templates/{name}.html"), name.as_bytes().to_vec())).into();
    let post = "{{ page.content | safe }}";
    tree.insert("templates/post.html".to_owned(), post.as_bytes().to_vec());
    let config = "base_url = \"https://example.org\"\n[feed]\nformats = []\n";
    tree.insert("kisah.toml".to_owned(), config.as_bytes().to_vec());
    for i in 0..POSTS {
        if random.below(10) == 0 {
            continue;
        }
        let text = if random.below(3) == 0 { "Kept.".to_owned() } else { format!("Version {n}.") };
        tree.insert(format!("content/posts/p{i}.md"), text.into_bytes());
    }
    for i in 0..10 {
        let turned = if random.below(2) == 0 { "" } else { "/x" };
        tree.insert(format!("static/turn{i}{turned}"), format!("{n}").into_bytes());
    }
    tree
}

/// Turns the sources into those of a version, touching only what differs.
fn edit(root: &Path, old: &Tree, new: &Tree) {
    for path in old.keys().filter(|path| !new.contains_key(*path)) {
        fs::remove_file(root.join(path)).expect("a file");
        let _ = fs::remove_dir(root.join(path).parent().expect("a parent"));
    }
    let differs = |(path, bytes): &(&String, &Vec<u8>)| old.get(*path) != Some(*bytes);
    support::write(root, new.iter().filter(differs).map(|(path, b)| (path.as_str(), b.as_slice())));
}

#[test]
fn a_build_that_was_killed_leaves_nothing_behind() {
    let kills = std::env::var("KISAH_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let folder = support::temp();
    let root = folder.path().join("site");
    let mut random = Random(7);
    let mut sources = version(0, &mut random);
    support::write_tree(&root, &sources);
    let start = Instant::now();
    assert!(command(&root, &[]).status().expect("it runs").success());
    let whole = start.elapsed();
    let journal = root.join("public/.kisah-journal");
    let (mut in_commit, mut before) = (0, 0);
    for n in 1..=kills {
        let last = sources.clone();
        sources = version(n, &mut random);
        edit(&root, &last, &sources);
        let mut child = command(&root, &[]).spawn().expect("it runs");
        let start = Instant::now();
        if n % 4 == 0 {
            // At any point.
            let percent = u32::try_from(random.below(100)).expect("small");
            sleep(whole * percent / 100);
        } else {
            // During the commit, which is short.
            while !journal.exists() && child.try_wait().expect("a child").is_none() {
                assert!(start.elapsed() < Duration::from_secs(300), "it hangs");
                sleep(Duration::from_micros(50));
            }
            sleep(Duration::from_micros(random.below(8) as u64 * 400));
        }
        child.kill().expect("killed");
        child.wait().expect("it ended");
        if journal.exists() {
            in_commit += 1;
        } else {
            before += 1;
        }
        if n % 3 == 0 {
            edit(&root, &sources, &last);
            sources = last;
        }
        assert!(command(&root, &[]).status().expect("it runs").success(), "after kill {n}");
        let clean = folder.path().join("clean");
        let args = ["--no-cache", "--output-dir", clean.to_str().expect("UTF-8")];
        assert!(command(&root, &args).status().expect("it runs").success(), "clean {n}");
        let difference = support::difference(&read_tree(&clean), &read_tree(&root.join("public")));
        assert!(difference.is_empty(), "kill {n}: - clean, + made\n{difference}");
        fs::remove_dir_all(clean).expect("removed");
    }
    println!("{kills} kills: {in_commit} in the commit, {before} before or after");
    assert!(in_commit > 0, "no kill met a commit");
}
