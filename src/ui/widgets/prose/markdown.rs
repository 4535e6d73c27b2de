//! Markdown as a tree of plain data, which a test can look at without a browser.
//!
//! HTML in it becomes text, a link its words and its address, an image its description and its address.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::differences::overlaps;

/// A piece of a rendered text.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// An element, named by this file alone.
    Element {
        /// Its tag.
        tag: &'static str,
        /// Its class; may be empty.
        class: &'static str,
        /// The first number of a numbered list.
        start: Option<u64>,
        /// What is in it.
        children: Vec<Node>,
    },
    /// Text, perhaps marked as what differs.
    Text {
        /// The text.
        text: String,
        /// Whether it differs.
        marked: bool,
    },
}

/// Elements within each other, at most: deeper ones are left out and their text is kept.
const DEEPEST: usize = 20;

/// The text as it is.
pub fn plain(text: &str, marks: &[Range<usize>]) -> Vec<Node> {
    let mut nodes = vec![];
    push_text(&mut nodes, text, text, 0..text.len(), marks);
    nodes
}

/// The text with its Markdown (CommonMark with tables, task lists and strikethrough) rendered.
pub fn parse(text: &str, marks: &[Range<usize>]) -> Vec<Node> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut tree = Tree { text, marks, open: vec![Frame::default()], too_deep: 0 };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        tree.take(event, range);
    }
    while tree.open.len() > 1 {
        tree.close();
    }
    tree.open.pop().map(|root| root.children).unwrap_or_default()
}

struct Tree<'a> {
    text: &'a str,
    marks: &'a [Range<usize>],
    /// The elements that are open, outermost first; the first stands for the text as a whole.
    open: Vec<Frame>,
    too_deep: usize,
}

#[derive(Default)]
struct Frame {
    tag: &'static str,
    class: &'static str,
    start: Option<u64>,
    /// Where a link or an image leads.
    address: Option<String>,
    children: Vec<Node>,
}

impl Tree<'_> {
    fn take(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) if self.too_deep > 0 => self.too_deep -= 1,
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) => self.words(&text, range),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.within("code", "", &code, range);
            }
            Event::InlineHtml(html) => self.within("code", "raw", &html, range),
            Event::FootnoteReference(label) => self.words(&label, range),
            // Those who write to be read mean a new line where they begin one.
            Event::SoftBreak | Event::HardBreak => self.words("\n", range),
            Event::Rule => self.element("hr", "", vec![]),
            Event::TaskListMarker(done) => self.words(if done { "☑ " } else { "☐ " }, range),
        }
    }

    fn start(&mut self, tag: Tag) {
        let in_head = self.open.last().is_some_and(|frame| frame.class == "table-head");
        let simple = |tag| Frame { tag, ..Frame::default() };
        let frame = match tag {
            Tag::Paragraph => simple("p"),
            Tag::Heading { level, .. } => simple(heading(level)),
            Tag::BlockQuote(_) => simple("blockquote"),
            Tag::CodeBlock(kind) => Frame { tag: "pre", children: language(&kind), ..Frame::default() },
            Tag::HtmlBlock => Frame { tag: "pre", class: "raw", ..Frame::default() },
            Tag::List(None) => simple("ul"),
            Tag::List(start) => Frame { tag: "ol", start, ..Frame::default() },
            Tag::Item => simple("li"),
            Tag::Table(_) => simple("table"),
            Tag::TableHead => Frame { tag: "tr", class: "table-head", ..Frame::default() },
            Tag::TableRow => simple("tr"),
            Tag::TableCell => simple(if in_head { "th" } else { "td" }),
            Tag::Emphasis => simple("em"),
            Tag::Strong => simple("strong"),
            Tag::Strikethrough => simple("s"),
            Tag::Link { dest_url, .. } => address("link", &dest_url),
            Tag::Image { dest_url, .. } => address("image", &dest_url),
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => simple("span"),
        };
        if self.open.len() > DEEPEST || self.too_deep > 0 {
            self.too_deep += 1;
        } else {
            self.open.push(frame);
        }
    }

    fn end(&mut self, _: TagEnd) {
        self.close();
    }

    fn close(&mut self) {
        // The outermost frame is the text itself and is never closed.
        let Some(mut frame) = (self.open.len() > 1).then(|| self.open.pop()).flatten() else { return };
        if let Some(address) = frame.address.take().filter(|address| *address != said(&frame.children)) {
            let text = Node::Text { text: format!(" ({address})"), marked: false };
            frame.children.push(Node::Element {
                tag: "span",
                class: "address",
                start: None,
                children: vec![text],
            });
        }
        let Frame { tag, class, start, children, .. } = frame;
        self.push(Node::Element { tag, class, start, children });
    }

    fn words(&mut self, words: &str, range: Range<usize>) {
        if let Some(frame) = self.open.last_mut() {
            push_text(&mut frame.children, self.text, words, range, self.marks);
        }
    }

    fn within(&mut self, tag: &'static str, class: &'static str, words: &str, range: Range<usize>) {
        let mut children = vec![];
        push_text(&mut children, self.text, words, range, self.marks);
        self.element(tag, class, children);
    }

    fn element(&mut self, tag: &'static str, class: &'static str, children: Vec<Node>) {
        self.push(Node::Element { tag, class, start: None, children });
    }

    fn push(&mut self, node: Node) {
        if let Some(frame) = self.open.last_mut() {
            frame.children.push(node);
        }
    }
}

/// The page's own headings go down to the third level; those of a text follow below.
fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h4",
        HeadingLevel::H2 => "h5",
        HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => "h6",
    }
}

fn language(kind: &CodeBlockKind) -> Vec<Node> {
    match kind {
        CodeBlockKind::Fenced(name) if !name.is_empty() => {
            let text = Node::Text { text: name.to_string(), marked: false };
            vec![Node::Element { tag: "span", class: "language", start: None, children: vec![text] }]
        }
        CodeBlockKind::Fenced(_) | CodeBlockKind::Indented => vec![],
    }
}

fn address(class: &'static str, to: &CowStr) -> Frame {
    Frame { tag: "span", class, address: Some(to.to_string()), ..Frame::default() }
}

/// The plain text of these nodes.
fn said(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text { text, .. } => text.clone(),
            Node::Element { children, .. } => said(children),
        })
        .collect()
}

/// Add `words`, which stand at `range` of `source`, cut where marks begin and end.
fn push_text(nodes: &mut Vec<Node>, source: &str, words: &str, range: Range<usize>, marks: &[Range<usize>]) {
    if words.is_empty() {
        return;
    }
    let node = |text: &str, marked| Node::Text { text: text.to_owned(), marked };
    // Code stands between its ticks. Where an escape or an entity stands for something shorter, the words are not in
    // the source at all, and are marked as a whole or not.
    let within = source.get(range.clone()).and_then(|written| written.find(words));
    let range = within.map_or(range.clone(), |at| range.start + at..range.start + at + words.len());
    let marks = overlaps(marks, &range);
    if within.is_none() || marks.is_empty() {
        return nodes.push(node(words, !marks.is_empty()));
    }
    let mut at = range.start;
    for mark in marks {
        let (from, to) = (mark.start.max(range.start), mark.end.min(range.end));
        if at < from {
            nodes.push(node(&source[at..from], false));
        }
        nodes.push(node(&source[from..to], true));
        at = to;
    }
    if at < range.end {
        nodes.push(node(&source[at..range.end], false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in one line: tags with their content, `[[…]]` for what is marked.
    fn outline(nodes: &[Node]) -> String {
        nodes
            .iter()
            .map(|node| match node {
                Node::Text { text, marked: false } => text.clone(),
                Node::Text { text, marked: true } => format!("[[{text}]]"),
                Node::Element { tag, children, .. } => format!("{tag}({})", outline(children)),
            })
            .collect()
    }

    fn rendered(text: &str) -> String {
        outline(&parse(text, &[]))
    }

    #[test]
    fn what_chat_models_write_is_rendered() {
        assert_eq!(rendered("# Hi\n\nA **bold** `word`."), "h4(Hi)p(A strong(bold) code(word).)");
        assert_eq!(rendered("1. one\n2. two"), "ol(li(one)li(two))");
        assert_eq!(rendered("```rust\nlet a = 1;\n```"), "pre(span(rust)let a = 1;\n)");
        assert_eq!(rendered("| a | b |\n|---|---|\n| 1 | 2 |"), "table(tr(th(a)th(b))tr(td(1)td(2)))");
        assert_eq!(rendered("one\ntwo"), "p(one\ntwo)");
        assert_eq!(rendered("- [x] done"), "ul(li(☑ done))");
    }

    #[test]
    fn html_stays_text_links_lead_nowhere_and_images_are_described() {
        assert_eq!(
            rendered("<script>alert(1)</script>\n\nhi <img src=x onerror=alert(1)>"),
            "pre(<script>alert(1)</script>\n)p(hi code(<img src=x onerror=alert(1)>))"
        );
        assert_eq!(rendered("[here](javascript:alert(1))"), "p(span(herespan( (javascript:alert(1)))))");
        assert_eq!(rendered("![a cat](http://x/y.png)"), "p(span(a catspan( (http://x/y.png))))");
        assert_eq!(rendered("<https://example.org>"), "p(span(https://example.org))");
    }

    #[test]
    fn marks_survive_the_rendering() {
        let text = "a **bold** end &amp; more";
        assert_eq!(outline(&parse(text, &[4..8, 11..14])), "p(a strong([[bold]]) [[end]] & more)");
        assert_eq!(
            outline(&parse(text, std::slice::from_ref(&(15..20)))),
            "p(a strong(bold) end [[&]] more)"
        );
        assert_eq!(
            outline(&parse("see `main.rs`", std::slice::from_ref(&(5..9)))),
            "p(see code([[main]].rs))"
        );
        assert_eq!(outline(&plain("one two", std::slice::from_ref(&(4..7)))), "one [[two]]");
    }

    #[test]
    fn nothing_nests_so_deep_that_it_breaks_the_page() {
        let quotes = format!("{} deep", ">".repeat(5_000));
        let nodes = parse(&quotes, &[]);
        assert!(said(&nodes).contains("deep"));
        let mut depth = 0;
        let mut inside = nodes.as_slice();
        while let [Node::Element { children, .. }, ..] = inside {
            depth += 1;
            inside = children;
        }
        assert_eq!(depth, DEEPEST);
        assert_eq!(said(&parse(&"[".repeat(20_000), &[])), "[".repeat(20_000));
    }
}
