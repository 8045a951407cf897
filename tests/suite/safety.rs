//! What a build may touch, and what is left when it goes wrong.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kisah::base::codes;
use kisah::build::Request;
use kisah::store::Standing;

use crate::support::fault::{Fault, FaultyDisk};
use crate::support::{self, Tree, read_tree};

/// A small site with a bit of everything that a commit does, and its next version.
fn versions() -> [Tree; 2] {
    let common = [
        ("kisah.toml", "base_url = \"https://example.org\"\n"),
        ("content/posts/kept.md", "Kept."),
        ("templates/index.html", "{% for p in paginator.pages %}{{ p.title }}{% endfor %}"),
        ("templates/section.html", "section"),
        ("templates/post.html", "{{ page.content | safe }}"),
        ("templates/page.html", "{{ page.content | safe }}"),
        ("templates/404.html", "404"),
    ];
    let first = [
        ("content/posts/edited.md", "Old."),
        ("content/posts/gone.md", "Gone."),
        ("static/file", "a file that becomes a folder"),
        ("static/folder/x", "a folder that becomes a file"),
    ];
    let second = [
        ("content/posts/edited.md", "New."),
        ("content/posts/added.md", "Added."),
        ("static/file/x", "a folder now"),
        ("static/folder", "a file now"),
    ];
    let tree = |own: &[(&str, &str)]| {
        let all = common.iter().chain(own);
        all.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    };
    [tree(&first), tree(&second)]
}

/// A site that was built once and then edited.
struct Scene {
    _folder: tempfile::TempDir,
    request: Request,
}

impl Scene {
    fn new([first, second]: &[Tree; 2]) -> Scene {
        let folder = support::temp();
        let root = folder.path().join("site");
        support::write_tree(&root, first);
        let request = support::request(&root);
        support::build_clean(&request);
        support::write(&root, [("public/CNAME", b"mine".as_slice())]);
        support::age(&root.join("public"));
        for path in first.keys().filter(|path| !second.contains_key(*path)) {
            fs::remove_file(root.join(path)).expect("a file");
        }
        let _ = fs::remove_dir(root.join("static/folder"));
        support::write_tree(&root, second);
        Scene { _folder: folder, request }
    }

    fn output(&self) -> PathBuf {
        self.request.root.join("public")
    }
}

/// Builds on one thread, so that the operations come in the same order each time.
fn build_on(disk: &FaultyDisk, request: &Request) -> kisah::build::Report {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    pool.install(|| support::build_on(disk, request))
}

fn operations(versions: &[Tree; 2]) -> u64 {
    let disk = FaultyDisk::counting();
    let scene = Scene::new(versions);
    let report = build_on(&disk, &scene.request);
    assert!(!report.diagnostics.has_errors(), "{}", support::messages(&report.diagnostics));
    disk.operations()
}

fn ends_clean(scene: &Scene, want: &Tree, context: &str) {
    support::build_clean(&scene.request);
    let mut made = read_tree(&scene.output());
    assert_eq!(made.remove("CNAME").as_deref(), Some(&b"mine"[..]), "{context}");
    let difference = support::difference(want, &made);
    assert!(difference.is_empty(), "{context}: - wanted, + made\n{difference}");
}

#[test]
fn every_operation_fails_once() {
    let versions = versions();
    let want = support::clean_output(&versions[1]);
    let count = operations(&versions);
    let (mut untouched, mut put_back) = (0, 0);
    for at in 1..=count {
        let context = format!("operation {at} of {count} fails");
        let scene = Scene::new(&versions);
        let before = (read_tree(&scene.output()), support::times(&scene.output()));
        let disk = FaultyDisk::new(at, Fault::Fails(ErrorKind::StorageFull));
        let report = build_on(&disk, &scene.request);
        // Failures are silent when only tidying up is left.
        if report.diagnostics.has_errors() {
            let after = (read_tree(&scene.output()), support::times(&scene.output()));
            assert_eq!(before, after, "{context}");
            let messages = support::messages(&report.diagnostics);
            let says_so = messages.contains("the old site was put back");
            assert_eq!(says_so, report.standing == Standing::PutBack, "{context}: {messages}");
            assert_ne!(report.standing, Standing::Mixed, "{context}: {messages}");
            if says_so { put_back += 1 } else { untouched += 1 }
        }
        ends_clean(&scene, &want, &context);
    }
    assert!(untouched >= 9 && put_back >= 9, "{untouched}, {put_back} of {count}");
}

#[test]
fn the_process_dies_at_every_operation() {
    let versions = versions();
    let (old, want) = (support::clean_output(&versions[0]), support::clean_output(&versions[1]));
    let count = operations(&versions);
    for fault in [Fault::Dies, Fault::DiesTorn] {
        for at in 1..=count {
            let context = format!("dies at operation {at} of {count}, {fault:?}");
            let scene = Scene::new(&versions);
            build_on(&FaultyDisk::new(at, fault), &scene.request);
            for (path, bytes) in read_tree(&scene.output()) {
                let known = path == "CNAME"
                    || path.starts_with(".kisah-")
                    || old.get(&path) == Some(&bytes)
                    || want.get(&path) == Some(&bytes);
                assert!(known, "{context}: {path} is neither old nor new");
            }
            ends_clean(&scene, &want, &context);
        }
    }
}

/// Something done to the site at a path before it is built.
type Prepare = fn(&Path);

/// Output directories that are refused: what they are, where, the reason given, and what was done
/// to make them so. Paths start in the folder that contains the site's folder.
#[cfg(unix)]
const REFUSED: [(&str, &str, &str, Prepare); 22] = [
    ("the site itself", "site", "the site's own folder", |_| {}),
    ("above it", ".", "contains", |_| {}),
    ("by way of dots", "site/content/..", "the site's own folder", |_| {}),
    ("in content", "site/content/out", "lies inside `content`", |_| {}),
    ("in static", "site/static", "lies inside `static`", |_| {}),
    ("in templates", "site/templates/x", "lies inside `templates`", |_| {}),
    ("in a theme", "site/themes/x/static", "lies inside `themes`", |_| {}),
    ("in data", "site/data", "lies inside `data`", |_| {}),
    ("in i18n", "site/i18n", "lies inside `i18n`", |_| {}),
    ("the memo", "site/.kisah", "lies inside `.kisah`", |_| {}),
    ("version control", "site/.git/x", "lies inside `.git`", |_| {}),
    ("kisah.toml", "site/kisah.toml", "lies inside `kisah.toml`", |_| {}),
    ("case alone", "site/CONTENT", "lies inside `content`", |_| {}),
    ("a link into the sources", "site/public", "lies inside `content`", |root| {
        link(&root.join("content"), &root.join("public"));
    }),
    ("a link to what is above", "site/public", "contains", |root| {
        link(root.parent().expect("a parent"), &root.join("public"));
    }),
    ("a folder that links into the sources", "elsewhere/x", "lies inside `content`", |root| {
        link(&root.join("content"), &root.join("../elsewhere"));
    }),
    ("sources that link to the output", "site/real", "belongs to the sources", |root| {
        fs::rename(root.join("content"), root.join("real")).expect("moved");
        link(Path::new("real"), &root.join("content"));
    }),
    ("a link that leads nowhere", "site/public", "leads nowhere", |root| {
        link(Path::new("nowhere"), &root.join("public"));
    }),
    ("a file", "out", "is a file", |root| support::write(root, [("../out", b"x".as_slice())])),
    (
        "someone else's folder",
        "out",
        "not empty, and kisah did not make it: it contains `x`",
        |root| {
            support::write(root, [("../out/x", b"mine".as_slice())]);
        },
    ),
    ("someone else's empty folders", "out", "it contains `empty`", |root| {
        fs::create_dir_all(root.join("../out/empty")).expect("a folder");
    }),
    ("a damaged manifest", "out", "is damaged in line 2", |root| {
        let text = b"kisah manifest 1\n00 00 ../../etc/passwd\n";
        support::write(root, [("../out/.kisah-manifest", text.as_slice())]);
    }),
];

/// An incomplete manifest is never trusted, and the message says how to recover.
#[test]
fn a_damaged_manifest_costs_nobody_a_file() {
    let damages: [(&str, &str, fn(&str) -> String); 4] = [
        ("cut", "is cut short", |text| text[..text.len() / 2].to_owned()),
        ("without its end", "is cut short", |text| {
            text[..text.rfind("end ").expect("an end")].to_owned()
        }),
        ("a foreign line", "was changed", |text| {
            let line = text.lines().nth(1).expect("a line");
            let key = line.split(' ').next().expect("a key");
            text.replacen(line, &format!("{line}\n{key} {key} CNAME"), 1)
        }),
        ("a merge", "is damaged in line 2", |text| text.replacen('\n', "\n<<<<<<< HEAD\n", 1)),
    ];
    let versions = versions();
    let want = support::clean_output(&versions[1]);
    for (name, says, damage) in damages {
        let scene = Scene::new(&versions);
        let out = scene.output();
        let text = fs::read_to_string(out.join(".kisah-manifest")).expect("a manifest");
        fs::write(out.join(".kisah-manifest"), damage(&text)).expect("written");
        let before = read_tree(&out);
        let report = support::build(&scene.request);
        let messages = support::messages(&report.diagnostics);
        assert!(report.diagnostics.has_errors() && messages.contains(says), "{name}: {messages}");
        assert!(messages.contains("rename `public` to `public.old`"), "{name}: {messages}");
        assert_eq!(read_tree(&out), before, "{name}");

        let aside = scene.request.root.join("public.old");
        fs::rename(&out, &aside).expect("renamed");
        support::build_clean(&scene.request);
        fs::rename(aside.join("CNAME"), out.join("CNAME")).expect("moved back");
        fs::remove_dir_all(aside).expect("removed");
        ends_clean(&scene, &want, name);
    }
}

/// Output directories that are accepted.
const ALLOWED: [(&str, &str, Prepare); 6] = [
    ("beside the site", "out", |_| {}),
    ("deep, and not there yet", "a/b/c", |_| {}),
    ("in the site", "site/docs", |_| {}),
    ("empty", "out", |root| fs::create_dir(root.join("../out")).expect("a folder")),
    ("named by dots", "site/content/../../out", |_| {}),
    ("with an empty manifest among foreign files", "out", |root| {
        let files = [("../out/.kisah-manifest", b"".as_slice()), ("../out/CNAME", b"mine")];
        support::write(root, files);
    }),
];

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).expect("a link");
}

#[cfg(unix)]
#[test]
fn refused_before_the_first_write() {
    for (name, output, reason, prepare) in REFUSED {
        let folder = support::temp();
        // On macOS the temporary folder is behind a link.
        let above = folder.path().canonicalize().expect("a folder");
        let root = above.join("site");
        support::write_tree(&root, &versions()[0]);
        fs::create_dir_all(root.join(".git")).expect("a folder");
        prepare(&root);
        let before = read_tree(&above);
        let mut request = support::request(&root);
        request.output_dir = Some(above.join(output));
        let disk = FaultyDisk::counting();
        let report = support::build_on(&disk, &request);
        let messages = support::messages(&report.diagnostics);
        let codes: Vec<_> = report.diagnostics.iter().map(|d| d.code.name).collect();
        assert_eq!(codes, [codes::OUTPUT_DIR.name], "{name}: {messages}");
        assert!(messages.contains(reason), "{name}: {messages}");
        let difference = support::difference(&before, &read_tree(&above));
        assert!(difference.is_empty(), "{name}: {difference}");
        assert!(disk.operations() == 0, "{name}: {} operations", disk.operations());
    }
}

#[test]
fn allowed_outputs() {
    let want = support::clean_output(&versions()[0]);
    for (name, output, prepare) in ALLOWED {
        let folder = support::temp();
        let root = folder.path().join("site");
        support::write_tree(&root, &versions()[0]);
        prepare(&root);
        let mut request = support::request(&root);
        request.output_dir = Some(folder.path().join(output));
        let report = support::build(&request);
        let messages = support::messages(&report.diagnostics);
        assert!(!report.diagnostics.has_errors(), "{name}: {messages}");
        let mut made = read_tree(&folder.path().join(output));
        made.remove("CNAME");
        let difference = support::difference(&want, &made);
        assert!(difference.is_empty(), "{name}: {difference}");
    }
}

/// Only files that the manifest lists are ever deleted.
#[test]
fn foreign_files_stay() {
    let [first, second] = versions();
    let folder = support::temp();
    let root = folder.path().join("site");
    support::write_tree(&root, &first);
    let request = support::request(&root);
    support::build_clean(&request);
    let foreign = [
        ("public/CNAME", "mine"),
        ("public/.git/config", "mine"),
        ("public/posts/gone/mine.txt", "mine"),
        ("public/posts/mine/index.html", "mine"),
    ];
    support::write(&root, foreign.map(|(path, text)| (path, text.as_bytes())));
    fs::remove_file(root.join("static/file")).expect("a file");
    fs::remove_dir_all(root.join("static/folder")).expect("a folder");
    fs::remove_file(root.join("content/posts/gone.md")).expect("a file");
    support::write_tree(&root, &second);
    support::build_clean(&request);
    let made = read_tree(&root);
    for (path, text) in foreign {
        assert_eq!(made.get(path).map(Vec::as_slice), Some(text.as_bytes()), "{path}");
    }
    assert!(!made.contains_key("public/posts/gone/index.html"));
}
