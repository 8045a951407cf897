//! What is read from the sources, and what is reported about what cannot be read.

use std::fs;

use super::super::fault::FaultyDisk;
use super::super::read::{self, Scope};
use super::*;
use crate::base::Severity;
use crate::source::{Layer, Source};

fn tree(
    disk: &dyn Disk,
    root: &Path,
    theme: Option<&str>,
    exclude: &Path,
    symlinks: &[String],
) -> Source {
    read::tree(disk, &Scope { root, theme, exclude, symlinks })
}

fn source(project: &Project, theme: Option<&str>) -> Source {
    tree(&RealDisk, &project.root, theme, &project.out, &[])
}

fn documents(source: &Source) -> Vec<&str> {
    source.documents.iter().map(|d| d.path.as_str()).collect()
}

/// Assets of the site and the theme; another test deals with what is built in.
fn assets(source: &Source) -> Vec<&str> {
    let own = source.assets.iter().filter(|a| a.layer != Layer::Builtin);
    own.map(|a| a.path.as_str()).collect()
}

#[test]
fn everything_has_its_place() {
    let project = Project::new();
    for path in [
        "content/_index.md",
        "content/posts/a-b.MARKDOWN",
        "content/posts/a/index.md",
        "content/posts/a/portrait.txt",
        "content/.hidden.md",
        "content/.obsidian/x.md",
        "content/posts/a.md~",
        "content/posts/#a.md#",
        "content/posts/4913",
        "templates/post.html",
        "templates/partials/card.html",
        "templates/.card.html.swp",
        "static/.well-known/security.txt",
        "static/.nojekyll",
        "static/.DS_Store",
        "static/sub/.git/config",
        "static/style.css",
        "themes/kala/templates/post.html",
        "themes/kala/static/style.css",
        "themes/kala/theme.toml",
        "themes/other/static/x.css",
        "data/people.toml",
        "data/README.md",
        "data/works.csv",
        "i18n/id.toml",
        "public/index.html",
        "src/main.rs",
    ] {
        project.write(path, "x");
    }
    let source = source(&project, Some("kala"));
    assert_eq!(
        documents(&source),
        [
            "content/_index.md",
            "content/a.md",
            "content/posts/a-b.MARKDOWN",
            "content/posts/a/index.md"
        ]
    );
    assert_eq!(
        assets(&source),
        [
            "content/posts/a/portrait.txt",
            "static/.nojekyll",
            "static/.well-known/security.txt",
            "static/copied.bin",
            "static/style.css",
            "themes/kala/static/style.css",
        ]
    );
    let templates: Vec<_> = source
        .templates
        .iter()
        .filter(|t| t.layer != Layer::Builtin)
        .map(|t| (t.layer, &*t.name, t.source.path.as_str()))
        .collect();
    assert_eq!(
        templates,
        [
            (Layer::Site, "partials/card.html", "templates/partials/card.html"),
            (Layer::Site, "post.html", "templates/post.html"),
            (Layer::Theme, "post.html", "themes/kala/templates/post.html"),
        ]
    );
    assert_eq!(source.data[0].path.as_str(), "data/people.toml");
    assert_eq!(source.i18n[0].path.as_str(), "i18n/id.toml");
    assert_eq!(messages(&source.problems), ["data/works.csv: unused: the file is not read"]);
}

#[test]
fn assets_are_known_by_size_digest_and_dimensions() {
    let project = Project::new();
    project.write("content/a.svg", "<svg width='4' height='3'/>");
    let large = format!("<svg width='5' height='6'>{}</svg>", " ".repeat(3 * 1024 * 1024));
    project.write("content/large.svg", &large);
    let source = source(&project, None);
    let facts: Vec<_> =
        source.assets.iter().take(2).map(|a| (a.size, a.digest, a.dimensions)).collect();
    assert_eq!(
        facts,
        [
            (27, Digest::of(b"<svg width='4' height='3'/>"), Some((4, 3))),
            (large.len() as u64, Digest::of(large.as_bytes()), Some((5, 6))),
        ]
    );
}

#[test]
fn all_problems_are_reported() {
    let project = Project::new();
    let disk = FaultyDisk::counting()
        .refusing(project.root.join("content/secret.md"))
        .refusing(project.root.join("static/copied.bin"));
    project.write("content/secret.md", "");
    fs::write(project.root.join("content/latin.md"), b"ok\nna\xefve\n").unwrap();
    fs::write(project.root.join("content/wide.md"), b"\xff\xfeh\0i\0").unwrap();
    project.write("data", "a file");
    let source = tree(&disk, &project.root, Some("../x"), &project.out, &[]);
    assert_eq!(
        messages(&source.problems),
        [
            "content/latin.md:2:3: bad-encoding: the file is not UTF-8",
            "content/secret.md: io: cannot read the file: permission denied",
            "content/wide.md:1:1: bad-encoding: the file is UTF-16, not UTF-8",
            "data: io: `data` is not a folder",
            "kisah.toml: wrong-value: the theme `../x` is not the name of a folder below `themes`",
            "static/copied.bin: io: cannot read the file: permission denied",
        ]
    );
    assert_eq!(documents(&source), ["content/a.md"]);
}

#[test]
fn configuration() {
    let project = Project::new();
    let read = |overlays: &[PathBuf]| read::config_files(&RealDisk, &project.root, overlays);
    assert!(read(&[]).unwrap().is_empty());
    project.write("kisah.toml", "a");
    project.write("staging.toml", "b");
    project.write("../outside.toml", "c");
    let outside = project.root.parent().unwrap().join("outside.toml");
    let texts = read(&[project.root.join("staging.toml"), outside.clone()]).unwrap();
    let texts: Vec<_> = texts.iter().map(|t| (t.path.as_str(), &**t.text)).collect();
    assert_eq!(
        texts,
        [("kisah.toml", "a"), ("staging.toml", "b"), (outside.to_str().unwrap(), "c")]
    );
    let problem = read(&[project.root.join("missing.toml")]).unwrap_err();
    assert_eq!(
        messages(&[problem]),
        ["missing.toml: io: cannot read the configuration: it does not exist"]
    );
    assert!(read::has_content(&RealDisk, &project.root));
    assert!(!read::has_content(&RealDisk, &project.root.join("static")));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links() {
        let project = Project::new();
        project.write("shared/deep/b.md", "b");
        project.write("shared/one.md", "one");
        project.write("public/page.md", "output");
        project.write("../outside/secret.md", "");
        project.write("../outside/theme/templates/post.html", "");
        for (link, target) in [
            ("content/.#a.md", "me@host.123"),
            ("content/dangling.md", "nowhere"),
            ("content/file.md", "../shared/one.md"),
            ("content/folder", "../shared"),
            ("content/itself", "itself"),
            ("content/loop", ".."),
            ("content/output", "../public"),
            ("content/secret.md", "../../outside/secret.md"),
            ("content/secrets", "../../outside"),
            ("shared/deep/back", ".."),
            ("shared/deep/out", "../../public"),
            ("templates", "../outside"),
        ] {
            symlink(target, project.root.join(link)).unwrap();
        }
        fs::create_dir(project.root.join("themes")).unwrap();
        symlink("../../outside/theme", project.root.join("themes/linked")).unwrap();
        let source = source(&project, Some("linked"));
        assert_eq!(
            documents(&source),
            [
                "content/a.md",
                "content/file.md",
                "content/folder/deep/b.md",
                "content/folder/one.md",
            ]
        );
        let above = project.root.parent().unwrap().display().to_string();
        let (itself, others): (Vec<_>, Vec<_>) =
            messages(&source.problems).into_iter().partition(|line| {
                line.starts_with("content/itself: io: cannot follow the symbolic link: ")
            });
        assert_eq!(itself.len(), 1);
        let back = "a folder that it is in";
        let out = "link-outside: the symbolic link leads out of the project, to";
        assert_eq!(
            others,
            [
                "content/dangling.md: io: the symbolic link leads nowhere".to_owned(),
                format!(
                    "content/folder/deep/back: io: the symbolic link leads back to \
                     `content/folder`, {back}"
                ),
                format!("content/loop: io: the symbolic link leads back to `.`, {back}"),
                format!("content/secret.md: {out} `{above}/outside/secret.md`"),
                format!("content/secrets: {out} `{above}/outside`"),
                format!("templates: {out} `{above}/outside`"),
                format!("themes/linked/templates: {out} `{above}/outside/theme/templates`"),
            ]
        );
    }

    #[test]
    fn a_link_that_is_named_may_leave_the_project() {
        let project = Project::new();
        project.write("../outside/deep/b.md", "b");
        project.write("../outside/c.md", "c");
        project.write("../secret.md", "secret");
        symlink("../secret.md", project.root.join("../outside/leaves.md")).unwrap();
        symlink("deep", project.root.join("../outside/stays")).unwrap();
        symlink("../../outside", project.root.join("content/named")).unwrap();
        symlink("../../outside", project.root.join("content/named-too")).unwrap();
        let named = ["content/named".to_owned()];
        let source = tree(&RealDisk, &project.root, None, &project.out, &named);
        assert_eq!(
            documents(&source),
            [
                "content/a.md",
                "content/named/c.md",
                "content/named/deep/b.md",
                "content/named/stays/b.md",
            ]
        );
        let problems = messages(&source.problems);
        let refused: Vec<&str> =
            problems.iter().filter_map(|line| line.split(": ").next()).collect();
        assert_eq!(refused, ["content/named-too", "content/named/leaves.md"]);
    }

    #[test]
    fn output_behind_a_link_is_not_read() {
        let project = Project::new();
        project.write("stuff/b.md", "b");
        project.write("stuff/deep/public/page.md", "output");
        symlink("../stuff", project.root.join("content/stuff")).unwrap();
        let out = project.root.join("stuff/deep/public");
        let source = tree(&RealDisk, &project.root, None, &out, &[]);
        assert_eq!(documents(&source), ["content/a.md", "content/stuff/b.md"]);
    }

    #[test]
    fn strange_names_and_files() {
        let project = Project::new();
        fs::write(project.root.join("content").join(OsStr::from_bytes(b"n\xefve.md")), "").unwrap();
        let socket = project.root.join("content/socket.md");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let source = source(&project, None);
        assert_eq!(
            messages(&source.problems),
            [
                "content/n\u{fffd}ve.md: bad-encoding: the name of the file is not UTF-8",
                "content/socket.md: unused: this is a pipe, a socket or a device, and is skipped",
            ]
        );
        assert_eq!(source.problems[1].severity, Severity::Warning);
        assert_eq!(documents(&source), ["content/a.md"]);
    }

    fn fifo(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// Only regular files are opened: others might never end, or never begin.
    #[test]
    fn configuration_is_a_regular_file_of_the_project() {
        let project = Project::new();
        let main = project.root.join("kisah.toml");
        let read =
            |overlays: &[PathBuf]| match read::config_files(&RealDisk, &project.root, overlays) {
                Ok(texts) => texts.into_iter().map(|t| t.text.to_string()).collect(),
                Err(problem) => messages(&[problem]),
            };
        project.write("../outside.toml", "title = 1");
        project.write("inside.toml", "title = 2");
        let other = "cannot read the configuration: it is a pipe, a socket or a device";
        let out = "link-outside: the symbolic link leads out of the project, to";
        let outside = project.root.parent().unwrap().join("outside.toml").display().to_string();
        fifo(&main);
        assert_eq!(read(&[]), [format!("kisah.toml: io: {other}")]);
        for (target, expected) in [
            ("/dev/zero", format!("kisah.toml: {out} `/dev/zero`")),
            ("../outside.toml", format!("kisah.toml: {out} `{outside}`")),
            ("content", "kisah.toml: io: cannot read the configuration: it is a folder".into()),
            (
                "nowhere",
                "kisah.toml: io: cannot read the configuration: it does not exist".to_owned(),
            ),
            ("inside.toml", "title = 2".into()),
        ] {
            fs::remove_file(&main).unwrap();
            symlink(target, &main).unwrap();
            assert_eq!(read(&[]), [expected], "{target}");
        }
        // One that the command line names may lie anywhere.
        let link = project.root.join("link.toml");
        symlink("../outside.toml", &link).unwrap();
        assert_eq!(read(&[link]), ["title = 2", "title = 1"]);
        fifo(&project.root.join("pipe.toml"));
        let overlays = [project.root.join("pipe.toml"), "/dev/zero".into()];
        assert_eq!(read(&overlays[..1]), [format!("pipe.toml: io: {other}")]);
        assert_eq!(read(&overlays[1..]), [format!("/dev/zero: io: {other}")]);
    }

    /// A file may become a pipe after the folder was listed.
    #[test]
    fn a_pipe_is_never_waited_for() {
        let project = Project::new();
        let pipe = project.root.join("pipe");
        fifo(&pipe);
        for result in [RealDisk.read(&pipe).map(drop), RealDisk.open(&pipe).map(drop)] {
            assert_eq!(result.unwrap_err().to_string(), "it is a pipe, a socket or a device");
        }
        assert!(RealDisk.copy_new(&pipe, &project.root.join("copy")).is_err());
    }

    #[test]
    fn a_text_that_is_too_large_is_not_read() {
        let project = Project::new();
        for (name, bytes) in [("content/large.md", 64_000_001), ("kisah.toml", 1 << 40)] {
            let file = fs::File::create(project.root.join(name)).unwrap();
            file.set_len(bytes).unwrap();
        }
        let too_much = "too-much: the file has more than 64 MB of text";
        assert_eq!(
            messages(&source(&project, None).problems),
            [format!("content/large.md: {too_much}")]
        );
        let problem = read::config_files(&RealDisk, &project.root, &[]).unwrap_err();
        assert_eq!(messages(&[problem]), [format!("kisah.toml: {too_much}")]);
    }

    /// Sixteen folders with two links each to the next are 65,536 ways to the last.
    #[test]
    fn links_that_multiply() {
        let project = Project::new();
        for i in 0..16 {
            project.write(&format!("shared/{i}/x.md"), "x");
        }
        for i in 0..15 {
            for name in ["a", "b"] {
                let link = project.root.join(format!("shared/{i}/{name}"));
                symlink(format!("../{}", i + 1), link).unwrap();
            }
        }
        symlink("../shared/0", project.root.join("content/many")).unwrap();
        let source = source(&project, None);
        let ways = "io: symbolic links lead to the folder `shared/15` in more than 1000 ways";
        let problems = messages(&source.problems);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("content/many/a/a/a/a/"), "{problems:?}");
        assert!(problems[0].ends_with(ways), "{problems:?}");
        assert!(source.documents.len() < 16 * 1001, "{}", source.documents.len());
        let survey = super::super::super::survey::Survey {
            disk: &RealDisk,
            root: &project.root,
            config_files: &[],
            exclude: &project.out,
            symlinks: &[],
        };
        assert!(survey.folders().len() < 16 * 1001);
    }

    /// What is watched is what is read.
    #[test]
    fn the_survey_does_not_leave_the_project() {
        let project = Project::new();
        project.write("../outside/deep/b.md", "b");
        symlink("../../outside", project.root.join("content/out")).unwrap();
        let survey = |symlinks: &[String]| {
            let survey = super::super::super::survey::Survey {
                disk: &RealDisk,
                root: &project.root,
                config_files: &[],
                exclude: &project.out,
                symlinks,
            };
            survey.folders().iter().any(|folder| folder.ends_with("out/deep"))
        };
        assert!(!survey(&[]));
        assert!(survey(&["content/out".to_owned()]));
    }

    /// A root that is itself behind a link is read like any other.
    #[test]
    fn linked_root() {
        let project = Project::new();
        let link = project.root.parent().unwrap().join("link");
        symlink(&project.root, &link).unwrap();
        let source = tree(&RealDisk, &link, None, &link.join("public"), &[]);
        assert_eq!(documents(&source), ["content/a.md"]);
        assert!(source.problems.is_empty());
        let linked = Project { out: link.join("public"), root: link, ..project };
        linked.build(&RealDisk, &files(&[("a.bin", "copied")])).unwrap();
    }
}
