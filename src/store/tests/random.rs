//! Random sites, random foreign files, random deaths: the end is always the clean site.

use proptest::prelude::*;

use super::super::fault::{Fault, FaultyDisk};
use super::*;

/// Paths from few names, so that files and folders often swap places, in both cases.
fn path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "A", "b", "é", "c d", "x.xml", "y.css"]);
    prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"))
}

fn site() -> impl Strategy<Value = Files> {
    prop::collection::btree_map(path(), "[pq]{0,2}", 0..10).prop_map(|mut files| {
        // A site names no file twice, even where case does not count.
        let mut kept: Vec<String> = Vec::new();
        files.retain(|path, _| {
            let path = OutputPath::new(path).unwrap().folded();
            let free = kept.iter().all(|other| !in_the_way(&path, other));
            if free {
                kept.push(path);
            }
            free
        });
        files
    })
}

/// Whether two paths cannot both be files: they are the same, or one is a folder of the other.
fn in_the_way(a: &str, b: &str) -> bool {
    let below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    a == b || below(a, b) || below(b, a)
}

fn blocked(path: &str, site: &Files) -> bool {
    let spelt = |path: &str| {
        let case_counts = !cfg!(any(target_os = "macos", windows));
        if case_counts { path.to_owned() } else { OutputPath::new(path).unwrap().folded() }
    };
    site.keys().any(|other| in_the_way(&spelt(path), &spelt(other)))
}

fn fault() -> impl Strategy<Value = Option<(u64, Fault)>> {
    let kinds = vec![
        Fault::Dies,
        Fault::DiesTorn,
        Fault::Fails(std::io::ErrorKind::StorageFull),
        Fault::Fails(std::io::ErrorKind::PermissionDenied),
        Fault::FailsFrom(std::io::ErrorKind::PermissionDenied),
    ];
    prop::option::weighted(0.8, (1..60_u64, prop::sample::select(kinds)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_end_is_the_clean_site(
        steps in prop::collection::vec((site(), fault()), 1..5),
        last in site(),
        foreign in prop::collection::btree_map(path(), Just("mine".to_owned()), 0..4),
    ) {
        let project = Project::new();
        project.build(&RealDisk, &Files::new()).unwrap();
        let mut mine = Files::new();
        for (path, text) in foreign {
            let taken = steps.iter().map(|(site, _)| site).chain([&last]).any(|s| blocked(&path, s));
            if !taken && !blocked(&path, &mine) {
                write(&project.out, &path, &text);
                mine.insert(path, text);
            }
        }
        for (site, fault) in &steps {
            match fault {
                Some((at, fault)) => drop(project.build(&FaultyDisk::new(*at, *fault), site)),
                None => drop(project.build(&RealDisk, site).unwrap()),
            }
        }
        project.build(&RealDisk, &last).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(&last, &mine)));
    }

    #[test]
    fn what_is_foreign_and_in_the_way_is_found(
        old in site(),
        new in site(),
        foreign in prop::collection::btree_map(path(), Just("mine".to_owned()), 1..4),
    ) {
        let project = Project::new();
        project.build(&RealDisk, &old).unwrap();
        let mut mine = Files::new();
        for (path, text) in foreign {
            if !blocked(&path, &old) && !blocked(&path, &mine) {
                write(&project.out, &path, &text);
                mine.insert(path, text);
            }
        }
        let before = project.tree();
        let result = project.build(&RealDisk, &new);
        if mine.keys().any(|path| blocked(path, &new)) {
            assert!(result.is_err());
            assert_eq!(project.tree(), before);
        } else {
            assert!(result.is_ok());
            assert_eq!(contents(&project.tree()), contents(&expected(&new, &mine)));
        }
    }
}
