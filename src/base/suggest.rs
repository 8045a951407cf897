//! "Did you mean …?"

/// The candidate closest to `name`, if one is close enough to be worth naming.
///
/// What both begin and end with is left aside, so that two short names in one folder do not pass
/// for each other; of the rest at most a third may differ, by Damerau-Levenshtein distance.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let name: Vec<char> = name.chars().collect();
    candidates.into_iter().filter_map(|c| Some((distance(&name, c)?, c))).min().map(|(_, c)| c)
}

/// How far apart two texts are, if they are close.
fn distance(name: &[char], candidate: &str) -> Option<usize> {
    let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
    let shorter = name.len().min(other.len());
    let start = (0..shorter).take_while(|i| name[*i] == other[*i]).count();
    let end = (0..shorter - start)
        .take_while(|i| name[name.len() - 1 - i] == other[other.len() - 1 - i])
        .count();
    let (a, b) = (&name[start..name.len() - end], &other[start..other.len() - end]);
    let limit = (a.len().max(b.len()) / 3).max(1);
    // Texts that differ more in length than the limit cannot be that close.
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let distance = strsim::generic_damerau_levenshtein(a, b);
    (distance <= limit && distance < name.len()).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_near_names() {
        let keys = ["title", "date", "draft", "tags"];
        assert_eq!(closest("titel", keys), Some("title"));
        assert_eq!(closest("Darft", keys), Some("draft"));
        assert_eq!(closest("wordpress_id", keys), None);
        assert_eq!(closest("stories", ["series"]), None);
        assert_eq!(closest("posts/zz.md", ["posts/a.md"]), None);
        assert_eq!(closest("posts/kartni.md", ["posts/kartini.md"]), Some("posts/kartini.md"));
        assert_eq!(closest("", ["a"]), None);
    }
}
