//! The embedded theme is the same as the repository's folders.

use std::path::Path;

use crate::source::builtin;

fn names(folder: &str) -> Option<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if !folder.is_dir() {
        return None;
    }
    let mut names: Vec<String> = walkdir::WalkDir::new(&folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    Some(names)
}

#[test]
fn lists_name_every_file() {
    let templates: Vec<String> =
        builtin::templates().iter().map(|template| template.name.to_string()).collect();
    if let Some(names) = names("templates") {
        assert_eq!(templates, names, "the list in src/source/builtin.rs and templates/ differ");
    }
    let assets: Vec<String> = builtin::assets()
        .iter()
        .filter_map(|asset| asset.static_path().map(str::to_owned))
        .collect();
    if let Some(names) = names("static") {
        assert_eq!(assets, names, "the list in src/source/builtin.rs and static/ differ");
    }
}
