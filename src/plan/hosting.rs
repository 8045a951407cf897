//! Files for hosts of static sites: `_redirects` and `_headers`, which Netlify and Cloudflare Pages
//! read (GitLab Pages reads only `_redirects`), and `robots.txt`.

use std::fmt::Write;

use super::Plan;
use crate::base::UrlPath;
use crate::site::AssetId;
use crate::source::AssetBytes;

/// Cloudflare Pages reads no more than a hundred rules.
const MAX_RULES: usize = 90;

impl Plan {
    /// `robots.txt`: everything may be read.
    pub(super) fn robots(&self) -> String {
        let base = &self.site.config.base_url;
        let sitemap = if base.is_set() {
            format!("\nSitemap: {}\n", base.absolute(&UrlPath::new("/sitemap.xml")))
        } else {
            String::new()
        };
        format!("User-agent: *\nDisallow:\n{sitemap}")
    }

    /// `_redirects`: the site's own lines come first, because the first that matches counts.
    pub(super) fn redirects(&self, own: Option<AssetId>) -> String {
        let mut out = String::new();
        if let Some(AssetBytes::Here(bytes)) = own.map(|id| &self.site.assets[id.0].asset.bytes) {
            out.push_str(&String::from_utf8_lossy(bytes));
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
        }
        for route in &self.routes.list {
            if let Some(to) = route.leads_to(&self.site) {
                // A star would match anything.
                let from = self.url(&route.url).replace('*', "%2A");
                let _ = writeln!(out, "{from} {} 301", self.url(to));
            }
        }
        out
    }

    /// `_headers`: the policy of every page, and the files that browsers may keep for ever.
    pub(super) fn headers(&self) -> String {
        let prefix = self.site.config.base_url.prefix();
        let mut out = format!("{prefix}/*\n");
        let policy = &self.site.config.policy;
        if !policy.is_empty() {
            let _ = writeln!(out, "  Content-Security-Policy: {policy}; frame-ancestors 'none'");
        }
        out.push_str("  X-Content-Type-Options: nosniff\n");
        out.push_str("  Referrer-Policy: strict-origin-when-cross-origin\n");
        let lasting = self.site.assets.iter().filter(|a| a.is_static && a.linked != a.url);
        for asset in lasting.take(MAX_RULES) {
            let _ = writeln!(
                out,
                "{}\n  Cache-Control: public, max-age=31536000, immutable",
                self.url(&asset.linked)
            );
        }
        out
    }
}
