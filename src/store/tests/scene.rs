//! A site that changes in every way that a site can, for tests in which the build goes wrong.

use super::*;

/// Changes everything that can change: bytes, new, gone, file to folder and back, case.
pub(super) struct Scene {
    pub(super) project: Project,
    pub(super) old: Files,
    pub(super) new: Files,
    pub(super) foreign: Files,
}

impl Scene {
    pub(super) fn new() -> Self {
        let scene = Scene {
            project: Project::new(),
            old: files(&[
                ("Case/index.html", "case"),
                ("gone/deep/a", "a"),
                ("gone/deep/b", "b"),
                ("index.html", "old"),
                ("same", "same"),
                ("swap", "file"),
                ("turn/a", "a"),
                ("turn/deep/b", "b"),
            ]),
            new: files(&[
                ("atom.xml", "feed"),
                ("case/index.html", "case"),
                ("copied.bin", "copied"),
                ("index.html", "new"),
                ("new/page/index.html", "page"),
                ("same", "same"),
                ("swap/index.html", "below"),
                ("turn", "file"),
            ]),
            foreign: files(&[("CNAME", "mine"), ("gone/mine", "mine")]),
        };
        scene.project.build(&RealDisk, &scene.old).unwrap();
        for (path, text) in &scene.foreign {
            write(&scene.project.out, path, text);
        }
        scene.project.age();
        scene
    }

    /// Builds the new site once more, with nothing in the way, and compares.
    pub(super) fn ends_well(&self, context: &str) {
        self.project.build(&RealDisk, &self.new).unwrap_or_else(|p| panic!("{context}: {p:?}"));
        let want = expected(&self.new, &self.foreign);
        assert_eq!(contents(&self.project.tree()), contents(&want), "{context}");
    }

    /// What is in the output, without kisah's own files except for the manifest.
    pub(super) fn site(&self) -> Tree {
        let mut tree = self.project.tree();
        tree.retain(|path, _| path == ".kisah-manifest" || !path.starts_with(".kisah-"));
        tree
    }
}

/// What some file systems lack: the exchange of two files, or second names as well.
pub(super) const UNKNOWN: [&[&str]; 3] = [&[], &["exchange"], &["exchange", "link"]];
