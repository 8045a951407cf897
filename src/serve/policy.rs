//! Makes room for live reload in a page's content security policy.
//!
//! In: a policy, or a page with one in a `<meta>`. Out: the same with what live reload needs: a
//! connection, a script and a style sheet from the page's own origin. Nothing else is loosened.

use std::borrow::Cow;

use crate::base::policy::{Policy, is_keyword};

/// The directives that live reload needs.
const NEEDS: [&str; 3] = ["connect-src", "script-src", "style-src"];

/// The policy, with live reload allowed.
pub(crate) fn with_room(policy: &str) -> String {
    let mut policy = Policy::new(policy);
    for need in NEEDS {
        // Without such a directive, everything is already allowed.
        let Some(sources) = policy.sources(need) else { continue };
        if sources.iter().any(|s| *s == "*" || is_keyword(s, "'self'")) {
            continue;
        }
        let others = sources.iter().copied().filter(|s| !is_keyword(s, "'none'"));
        policy.set(need, others.chain(["'self'"]).collect());
    }
    policy.to_string()
}

/// The page, with live reload allowed by the policy in its `<meta>`, if it has one.
pub fn page_with_room(html: &str) -> Cow<'_, str> {
    let Some(range) = policy_of(html) else { return Cow::Borrowed(html) };
    let policy = unescape(&html[range.clone()]);
    // The quotes around sources are the only characters that may need escaping.
    let quote = html[..range.start].chars().next_back();
    let policy = with_room(&policy);
    let policy = if quote == Some('\'') { policy.replace('\'', "&#39;") } else { policy };
    Cow::Owned(format!("{}{policy}{}", &html[..range.start], &html[range.end..]))
}

/// Where the text of the policy is.
fn policy_of(html: &str) -> Option<std::ops::Range<usize>> {
    let head = &html[..find(html, "</head").unwrap_or(html.len())];
    let name = find(head, "content-security-policy")?;
    let start = find_last(&head[..name], "<meta")?;
    let end = start + head[start..].find('>')?;
    let content = start + find(&head[start..end], "content=")? + "content=".len();
    let quote = head[content..].chars().next().filter(|c| ['"', '\''].contains(c))?;
    let length = head[content + 1..].find(quote)?;
    Some(content + 1..content + 1 + length)
}

/// The first occurrence of an ASCII text, whatever its case.
fn find(text: &str, what: &str) -> Option<usize> {
    let matches = |window: &[u8]| window.eq_ignore_ascii_case(what.as_bytes());
    text.as_bytes().windows(what.len()).position(matches)
}

/// The last occurrence of an ASCII text, whatever its case.
pub(super) fn find_last(text: &str, what: &str) -> Option<usize> {
    let matches = |window: &[u8]| window.eq_ignore_ascii_case(what.as_bytes());
    text.as_bytes().windows(what.len()).rposition(matches)
}

fn unescape(text: &str) -> String {
    text.replace("&#39;", "'").replace("&#x27;", "'").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies() {
        for (policy, expected) in [
            ("", ""),
            ("img-src *", "img-src *"),
            (
                "default-src 'none'; style-src 'self'; img-src 'self' data:",
                "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; script-src 'self'",
            ),
            ("default-src 'self';", "default-src 'self'"),
            (
                "default-src https://cdn.test; script-src 'none'",
                "default-src https://cdn.test; script-src 'self'; connect-src https://cdn.test 'self'; style-src https://cdn.test 'self'",
            ),
        ] {
            assert_eq!(with_room(policy), expected);
        }
    }

    #[test]
    fn pages() {
        let page = |policy: &str| {
            format!("<head><META content=\"{policy}\" http-equiv=Content-Security-Policy></head>")
        };
        let opened = "default-src &#39;none&#39;";
        let expected =
            "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'";
        assert_eq!(page_with_room(&page(opened)), page(expected));
        let without = "<head></head><body>Content-Security-Policy content=\"\"</body>";
        assert_eq!(page_with_room(without), without);
    }
}
