//! What a file's rows are packed in, told from its first bytes; and the rows.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

use super::json::Values;
use super::lines::Lines;
use super::parquet::Columnar;
use super::source::{Progress, Source};
use super::table::Table;
use super::{Rows, unusable};
use crate::protocol::Fault;
use crate::protocol::data::Container;

/// The beginning of a file by which it is judged.
const HEAD_BYTES: u64 = 256 << 10;

/// Bytes read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Parquet inside gzip has to be unpacked whole.
const MOST_UNPACKED_BYTES: u64 = 512 << 20;

/// The byte-order mark of UTF-8.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file whose packing is known.
#[derive(Clone)]
pub struct Packed {
    /// The file.
    pub source: Source,
    /// What its rows are packed in.
    pub container: Container,
    /// Whether all of it is compressed by gzip.
    pub gzip: bool,
    /// What stands between a table's cells.
    pub(super) delimiter: u8,
    /// Whether its text begins with a byte-order mark.
    pub(super) marked: bool,
}

impl Packed {
    /// Judge a file by its beginning.
    ///
    /// # Errors
    /// `FaultKind::File` if it is empty, or nothing that rows are packed in.
    pub fn of(source: Source) -> Result<Self, Fault> {
        let beginning = head(source.from(0, Progress::default())).map_err(|error| unreadable(&error))?;
        let gzip = beginning.starts_with(&[0x1f, 0x8b]);
        let beginning = if gzip {
            head(MultiGzDecoder::new(io::Cursor::new(beginning))).map_err(|error| {
                unusable(
                    format!("This looks like a gzip file and is none ({error})."),
                    "Download or copy it again.",
                )
            })?
        } else {
            beginning
        };
        let (container, delimiter) = judge(&beginning)?;
        let marked = beginning.starts_with(MARK);
        Ok(Self { source, container, gzip, delimiter, marked })
    }

    /// The rows from the file's beginning; `progress` is told the bytes of the file itself.
    ///
    /// # Errors
    /// `FaultKind::File` if the file's own description cannot be read.
    pub fn rows(&self, progress: Progress) -> Result<Rows, Fault> {
        if self.container == Container::Parquet {
            return Ok(Box::new(Columnar::open(self.columnar()?, progress, self.source.size())?));
        }
        let text = self.text(progress);
        Ok(match self.container {
            Container::JsonLines => Box::new(Lines::new(text)),
            Container::Json => Box::new(Values::new(text)),
            Container::Csv | Container::Tsv | Container::Parquet => {
                Box::new(Table::new(text, self.delimiter)?)
            }
        })
    }

    /// A table's names as they stand in its first row.
    pub(super) fn header(&self) -> Result<csv::ByteRecord, Fault> {
        Table::new(self.text(Progress::default()), self.delimiter)?.header()
    }

    /// A Parquet file's bytes, which are read at any place.
    pub(super) fn columnar(&self) -> Result<Source, Fault> {
        Ok(if self.gzip { Source::new(self.unpacked()?) } else { self.source.clone() })
    }

    /// The text, unpacked, without a byte-order mark.
    fn text(&self, progress: Progress) -> Box<dyn BufRead> {
        let raw = self.source.from(0, progress);
        let unpacked: Box<dyn Read> = if self.gzip {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(PIECE_BYTES, raw)))
        } else {
            Box::new(raw)
        };
        Box::new(BufReader::with_capacity(PIECE_BYTES, WithoutMark { inner: unpacked, begun: false }))
    }

    fn unpacked(&self) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(
            PIECE_BYTES,
            self.source.from(0, Progress::default()),
        ));
        decoder
            .take(MOST_UNPACKED_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| super::broken(&error, 0))?;
        if bytes.len() as u64 > MOST_UNPACKED_BYTES {
            return Err(unusable(
                "This Parquet file is packed once more, and too large to unpack here.",
                "Unpack it with gunzip first.",
            ));
        }
        Ok(bytes)
    }
}

/// What the first bytes say: the container, and what stands between a table's cells.
fn judge(head: &[u8]) -> Result<(Container, u8), Fault> {
    if let Some((_, what, remedy)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(unusable(format!("This is {what}, not preference data."), *remedy));
    }
    if head.starts_with(b"PAR1") {
        return Ok((Container::Parquet, 0));
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(unusable("This text is in UTF-16.", "Save it in UTF-8, and try again."));
    }
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let strange = head.iter().filter(|&&byte| byte < 32 && !byte.is_ascii_whitespace()).count();
    if strange * 20 > head.len() {
        return Err(unusable(
            "This is a binary file of a kind that is not read here.",
            "Give JSON, JSON Lines, CSV, TSV or Parquet; each may be compressed by gzip.",
        ));
    }
    let lines = first_lines(head);
    let Some(first) = lines.first() else {
        return Err(unusable("The file is empty.", "Choose one with at least one row."));
    };
    if are_json_lines(&lines) {
        return Ok((Container::JsonLines, 0));
    }
    if first.starts_with(b"[") {
        return Ok((Container::Json, 0));
    }
    if first.starts_with(b"{") {
        // An object on several lines: what follows is no object of its own.
        let laid_out = lines.get(1).is_some_and(|line| !line.starts_with(b"{"));
        return Ok((if laid_out { Container::Json } else { Container::JsonLines }, 0));
    }
    let count = |delimiter: u8| first.iter().filter(|&&byte| byte == delimiter).count();
    match [b'\t', b',', b';'].into_iter().max_by_key(|&delimiter| (count(delimiter), delimiter == b'\t')) {
        Some(delimiter) if count(delimiter) > 0 => {
            Ok((if delimiter == b'\t' { Container::Tsv } else { Container::Csv }, delimiter))
        }
        _ => Err(unusable(
            "This is neither JSON nor a table: its first line has no columns.",
            "Give JSON Lines (one {…} a line), a JSON list, or a CSV table whose first line names the columns.",
        )),
    }
}

/// Lines by which a text is judged.
const FIRST_LINES: usize = 21;

/// The first lines that are not empty, without the one in which the beginning ends.
fn first_lines(head: &[u8]) -> Vec<&[u8]> {
    let whole = match head.iter().rposition(|&byte| byte == b'\n') {
        Some(end) if head.len() as u64 >= HEAD_BYTES => &head[..end],
        Some(_) | None => head,
    };
    let lines = whole.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty()).take(FIRST_LINES).collect()
}

/// Whether most of these lines are objects by themselves, so that a bad one, be it the first, is refused by itself.
/// (Half of them are enough where the first begins no list: its members too may stand on a line each.)
fn are_json_lines(lines: &[&[u8]]) -> bool {
    let objects = lines.iter().filter(|line| line.starts_with(b"{") && line.ends_with(b"}")).count();
    let begins_list = lines.first().is_some_and(|first| first.starts_with(b"["));
    objects * 2 + usize::from(!begins_list) > lines.len()
}

/// Beginnings of files that people choose by mistake.
const OTHERS: [(&[u8], &str, &str); 14] = [
    (b"\x89PNG", "an image", IMAGE),
    (b"\xff\xd8\xff", "an image", IMAGE),
    (b"GIF8", "an image", IMAGE),
    (b"RIFF", "an image or a recording", IMAGE),
    (b"<svg", "an image", IMAGE),
    (b"%PDF", "a PDF document", IMAGE),
    (b"PK\x03\x04", "a ZIP archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a file compressed by Zstandard", UNPACK),
    (b"BZh", "a file compressed by bzip2", UNPACK),
    (b"\xfd7zXZ", "a file compressed by xz", UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", UNPACK),
    (b"ARROW1", "an Arrow file", "Give it as Parquet: in Python, dataset.to_parquet(path)."),
    (b"SQLite format 3", "a database", IMAGE),
    (b"<!DOCTYPE", "a web page", "The download may need you to sign in first. Save the file itself."),
];
const IMAGE: &str = "Choose a file of pairs: JSON, JSON Lines, CSV, TSV or Parquet.";
const UNPACK: &str = "Unpack it first, or compress it with gzip.";

fn head(mut bytes: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut piece = [0; 16 << 10];
    while (head.len() as u64) < HEAD_BYTES {
        match bytes.read(&mut piece) {
            Ok(0) => break,
            Ok(got) => head.extend_from_slice(&piece[..got]),
            // Of a compressed file only the beginning was given; and what is wrong further on is told when it is read.
            Err(_) if !head.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(head)
}

fn unreadable(error: &io::Error) -> Fault {
    unusable(
        format!("The file could not be read ({error})."),
        "If it is a folder, choose the files in it. If it was changed or moved meanwhile, choose it again.",
    )
}

/// Passes over a byte-order mark.
struct WithoutMark<R> {
    inner: R,
    begun: bool,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            self.begun = true;
            let mut first = Vec::new();
            self.inner.by_ref().take(3).read_to_end(&mut first)?;
            let kept = first.strip_prefix(MARK).unwrap_or(&first);
            if !kept.is_empty() {
                into[..kept.len()].copy_from_slice(kept);
                return Ok(kept.len());
            }
        }
        self.inner.read(into)
    }
}
