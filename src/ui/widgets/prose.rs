//! A text that somebody else wrote, to be read: as it is, or with its Markdown rendered; with what differs marked.
//!
//! Nothing in it is ever live: the views are built from nodes whose tags this page alone names, so that markup in the
//! text stays text, links lead nowhere and images are not fetched.

pub mod differences;
mod markdown;

use std::ops::Range;

use leptos::html::custom;
use leptos::prelude::*;

use markdown::Node;

/// Longer texts are shown as they are: as thousands of elements they would make the page slow.
const LONGEST_FORMATTED: usize = 100_000;

/// The views of `text`; `marks` are byte ranges of it, rising and apart.
pub fn prose(text: &str, formatted: bool, marks: &[Range<usize>]) -> impl IntoView + use<> {
    let nodes = if formatted && text.len() <= LONGEST_FORMATTED {
        markdown::parse(text, marks)
    } else {
        markdown::plain(text, marks)
    };
    nodes.into_iter().map(view).collect_view()
}

fn view(node: Node) -> AnyView {
    match node {
        Node::Text { text, marked: false } => text.into_any(),
        Node::Text { text, marked: true } => custom("mark").child(text).into_any(),
        Node::Element { tag, class, start, children } => custom(tag)
            .class(class)
            .attr("start", start.map(|number| number.to_string()))
            .child(children.into_iter().map(view).collect_view())
            .into_any(),
    }
}
