//! "Did you mean …?"

/// The candidate closest to `name`, if one is close enough to be worth naming: at most a third
/// of the letters differ, by Damerau-Levenshtein distance.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        // Texts that differ more in length than the limit cannot be that close.
        .filter(|c| c.chars().count().abs_diff(length) <= limit)
        .map(|c| (strsim::damerau_levenshtein(&name, &c.to_lowercase()), c))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, c)| c)
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
    }
}
