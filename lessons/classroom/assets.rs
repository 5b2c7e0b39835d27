//! The files of the page, compiled in.

/// A file as it is served.
pub struct Asset {
    /// Its path on the server.
    pub path: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Its content.
    pub text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

const ASSETS: &[Asset] = &[
    Asset { path: "/", kind: HTML, text: include_str!("page/index.html") },
    Asset { path: "/style.css", kind: CSS, text: include_str!("page/style.css") },
    Asset { path: "/icon.svg", kind: PICTURE, text: include_str!("page/icon.svg") },
    Asset { path: "/main.js", kind: SCRIPT, text: include_str!("page/main.js") },
    Asset { path: "/say.js", kind: SCRIPT, text: include_str!("page/say.js") },
    Asset { path: "/ask.js", kind: SCRIPT, text: include_str!("page/ask.js") },
    Asset { path: "/address.js", kind: SCRIPT, text: include_str!("page/address.js") },
    Asset { path: "/question.js", kind: SCRIPT, text: include_str!("page/question.js") },
    Asset { path: "/heat.js", kind: SCRIPT, text: include_str!("page/heat.js") },
    Asset { path: "/paper.js", kind: SCRIPT, text: include_str!("page/paper.js") },
    Asset { path: "/digit.js", kind: SCRIPT, text: include_str!("page/digit.js") },
    Asset { path: "/poem.js", kind: SCRIPT, text: include_str!("page/poem.js") },
    Asset { path: "/verse.js", kind: SCRIPT, text: include_str!("page/verse.js") },
    Asset { path: "/tree.js", kind: SCRIPT, text: include_str!("page/tree.js") },
    Asset { path: "/card.js", kind: SCRIPT, text: include_str!("page/card.js") },
    Asset { path: "/gates.js", kind: SCRIPT, text: include_str!("page/gates.js") },
    Asset { path: "/follow.js", kind: SCRIPT, text: include_str!("page/follow.js") },
    Asset { path: "/learn.js", kind: SCRIPT, text: include_str!("page/learn.js") },
    Asset { path: "/curve.js", kind: SCRIPT, text: include_str!("page/curve.js") },
    Asset { path: "/svg.js", kind: SCRIPT, text: include_str!("page/svg.js") },
    Asset { path: "/class.js", kind: SCRIPT, text: include_str!("page/class.js") },
    Asset { path: "/ballot.js", kind: SCRIPT, text: include_str!("page/ballot.js") },
    Asset { path: "/wall.js", kind: SCRIPT, text: include_str!("page/wall.js") },
    Asset { path: "/keep.js", kind: SCRIPT, text: include_str!("page/keep.js") },
];

/// The file at exactly this path.
pub fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
