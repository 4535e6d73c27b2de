//! What is in a zip archive, by its directory: enough to find each file's bytes without unpacking the others.
//!
//! After APPNOTE.TXT 6.3, sections 4.3 and 4.4, for archives of less than 4 GB. Must not know how bytes are inflated;
//! the browser does that.

use std::ops::Range;

/// The directory's end stands at most so far from the archive's: 22 bytes and a comment.
pub const LONGEST_END: u64 = 22 + 65_535;

/// Bytes before a file's own name in its local header.
pub const LOCAL_HEADER_BYTES: u64 = 30;

const UNPACK: &str = "unpack it, and choose the files";

/// How a file's bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As they are.
    Stored,
    /// Deflate, without zlib's head.
    Deflated,
}

/// A file in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its path, with `/`.
    pub path: String,
    /// How it is packed.
    pub method: Method,
    /// Where its local header begins.
    pub header_at: u64,
    /// Packed size.
    pub packed_bytes: u64,
    /// Size when unpacked, as the directory says.
    pub bytes: u64,
    /// CRC-32 of it when unpacked.
    pub crc32: u32,
}

/// Where the directory lies, by the archive's last bytes (up to [`LONGEST_END`] of them), which begin at `tail_at`.
///
/// # Errors
/// A clause that says why it cannot be read.
pub fn directory(tail: &[u8], tail_at: u64) -> Result<Range<u64>, String> {
    let places = (0..tail.len().saturating_sub(21)).rev();
    // The last one whose comment ends where the archive does: a comment may hold the mark too.
    let end = places
        .into_iter()
        .map(|at| &tail[at..])
        .find(|end| end.starts_with(b"PK\x05\x06") && 22 + u64::from(number(end, 20, 2)) == end.len() as u64);
    let end = end.ok_or_else(|| "it is not a whole zip archive".to_owned())?;
    let (bytes, at) = (u64::from(number(end, 12, 4)), u64::from(number(end, 16, 4)));
    if at == u64::from(u32::MAX) || number(end, 10, 2) == 0xffff {
        return Err(format!("it is larger than 4 GB or has very many files: {UNPACK}"));
    }
    let end_at = tail_at + (tail.len() - end.len()) as u64;
    if at.saturating_add(bytes) > end_at {
        return Err("its directory is damaged".into());
    }
    Ok(at..at + bytes)
}

/// The files in the directory; folders are left out.
///
/// # Errors
/// A clause that says why it cannot be read.
pub fn files(directory: &[u8]) -> Result<Vec<Packed>, String> {
    let mut files = vec![];
    let mut rest = directory;
    while !rest.is_empty() {
        if !rest.starts_with(b"PK\x01\x02") || rest.len() < 46 {
            return Err("its directory is damaged".into());
        }
        let lengths = [28, 30, 32].map(|at| number(rest, at, 2) as usize);
        let name = rest.get(46..46 + lengths[0]).ok_or("its directory is damaged")?;
        let path = String::from_utf8_lossy(name).replace('\\', "/");
        let next = rest.get(46 + lengths.iter().sum::<usize>()..).ok_or("its directory is damaged")?;
        if !path.ends_with('/') {
            files.push(file(rest, path)?);
        }
        rest = next;
    }
    Ok(files)
}

fn file(entry: &[u8], path: String) -> Result<Packed, String> {
    if number(entry, 8, 2) & 1 == 1 {
        return Err(format!("{path} in it is encrypted: {UNPACK}"));
    }
    let method = match number(entry, 10, 2) {
        0 => Method::Stored,
        8 => Method::Deflated,
        other => {
            return Err(format!(
                "{path} in it is packed by method {other}, which is not known here: {UNPACK}"
            ));
        }
    };
    let [packed_bytes, bytes, header_at] = [20, 24, 42].map(|at| number(entry, at, 4));
    if [packed_bytes, bytes, header_at].contains(&u32::MAX) {
        return Err(format!("{path} in it is larger than 4 GB: {UNPACK}"));
    }
    Ok(Packed {
        path,
        method,
        header_at: header_at.into(),
        packed_bytes: packed_bytes.into(),
        bytes: bytes.into(),
        crc32: number(entry, 16, 4),
    })
}

/// Where a file's packed bytes lie, by the [`LOCAL_HEADER_BYTES`] of its local header.
///
/// # Errors
/// A clause that says why it cannot be read.
pub fn place(packed: &Packed, header: &[u8]) -> Result<Range<u64>, String> {
    if !header.starts_with(b"PK\x03\x04") || (header.len() as u64) < LOCAL_HEADER_BYTES {
        return Err(format!("{} is not where its directory says", packed.path));
    }
    let names = u64::from(number(header, 26, 2)) + u64::from(number(header, 28, 2));
    let start = packed.header_at + LOCAL_HEADER_BYTES + names;
    Ok(start..start + packed.packed_bytes)
}

/// The files of an archive that is in memory and has nothing packed: each one's path and its bytes.
///
/// # Errors
/// A clause that says why it cannot be read.
pub fn stored(archive: &[u8]) -> Result<Vec<(String, &[u8])>, String> {
    let within = |range: Range<u64>| {
        archive.get(range.start as usize..range.end as usize).ok_or_else(|| "it is damaged".to_owned())
    };
    let file = |packed: Packed| {
        let header = within(packed.header_at..packed.header_at + LOCAL_HEADER_BYTES)?;
        let bytes = within(place(&packed, header)?)?;
        match packed.method {
            Method::Stored => Ok((packed.path, bytes)),
            Method::Deflated => Err(format!("{} in it is packed", packed.path)),
        }
    };
    files(within(directory(archive, 0)?)?)?.into_iter().map(file).collect()
}

/// The little-endian number of `bytes` bytes at this place, which has to be there.
fn number(from: &[u8], at: usize, bytes: usize) -> u32 {
    from[at..at + bytes].iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// CRC-32 as zip has it (ISO 3309, reflected, polynomial 0xEDB88320), taken in pieces.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Crc32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let mut rest = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                rest = if rest & 1 == 1 { 0xedb8_8320 ^ (rest >> 1) } else { rest >> 1 };
                bit += 1;
            }
            table[byte] = rest;
            byte += 1;
        }
        table
    };

    /// Take in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = Self::TABLE[((self.0 ^ u32::from(*byte)) & 0xff) as usize] ^ (self.0 >> 8);
        }
    }

    /// The sum of all that was taken in.
    pub fn sum(self) -> u32 {
        !self.0
    }
}

/// An archive for tests.
#[cfg(test)]
pub mod made_up {
    /// What `zip` writes of one stored file, `tiny/a.txt` with "hello", after the folder `tiny/`.
    pub fn archive() -> Vec<u8> {
        let le16 = |number: u16| number.to_le_bytes().to_vec();
        let le32 = |number: u32| number.to_le_bytes().to_vec();
        let crc = 0x3610_a686u32;
        let entry = |name: &str, size: u32, crc: u32, at: u32| {
            let lengths = [le16(name.len() as u16), le16(0), le16(0), le16(0), le16(0), le32(0)].concat();
            let fixed = [b"PK\x01\x02".to_vec(), le16(20), le16(20), le16(0), le16(0), le32(0)].concat();
            [fixed, le32(crc), le32(size), le32(size), lengths, le32(at), name.into()].concat()
        };
        let local = |name: &str, data: &[u8], crc: u32| {
            let sizes = [le32(crc), le32(data.len() as u32), le32(data.len() as u32)].concat();
            let fixed = [b"PK\x03\x04".to_vec(), le16(20), le16(0), le16(0), le32(0)].concat();
            [fixed, sizes, le16(name.len() as u16), le16(0), name.into(), data.to_vec()].concat()
        };
        let folder = local("tiny/", b"", 0);
        let file = local("tiny/a.txt", b"hello", crc);
        let directory = [entry("tiny/", 0, 0, 0), entry("tiny/a.txt", 5, crc, folder.len() as u32)].concat();
        let at = folder.len() + file.len();
        let counts = [b"PK\x05\x06".to_vec(), le32(0), le16(2), le16(2)].concat();
        let end = [counts, le32(directory.len() as u32), le32(at as u32), le16(3), b"end".to_vec()].concat();
        [folder, file, directory, end].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::made_up::archive;
    use super::*;

    #[test]
    fn the_files_of_an_archive_are_found() {
        let bytes = archive();
        let place_of_directory = directory(&bytes, 0).expect("a directory");
        let found = files(&bytes[place_of_directory.start as usize..place_of_directory.end as usize]);
        let found = found.expect("files");
        assert_eq!(found.len(), 1, "the folder is none");
        let packed = &found[0];
        assert_eq!((packed.path.as_str(), packed.method, packed.bytes), ("tiny/a.txt", Method::Stored, 5));
        let header = &bytes[packed.header_at as usize..];
        let data = place(packed, &header[..LOCAL_HEADER_BYTES as usize]).expect("its place");
        let data = &bytes[data.start as usize..data.end as usize];
        assert_eq!(data, b"hello");
        let mut sum = Crc32::default();
        data.chunks(2).for_each(|piece| sum.update(piece));
        assert_eq!(sum.sum(), packed.crc32);
    }

    #[test]
    fn what_is_stored_is_read_where_it_lies() {
        let bytes = archive();
        assert_eq!(stored(&bytes), Ok(vec![("tiny/a.txt".to_owned(), &b"hello"[..])]));
        assert!(stored(&bytes[1..]).is_err(), "nothing is where the directory says");
    }

    #[test]
    fn the_tail_alone_is_enough_for_the_directory() {
        let bytes = archive();
        let tail = &bytes[bytes.len() - 40..];
        assert_eq!(directory(tail, bytes.len() as u64 - 40), directory(&bytes, 0));
    }

    #[test]
    fn the_sum_is_that_of_everybody() {
        let mut sum = Crc32::default();
        sum.update(b"123456789");
        assert_eq!(sum.sum(), 0xcbf4_3926);
    }

    #[test]
    fn whatever_is_damaged_is_refused_and_nothing_panics() {
        let bytes = archive();
        assert!(directory(b"", 0).is_err());
        assert!(directory(&bytes[..bytes.len() - 1], 0).is_err());
        let at = directory(&bytes, 0).expect("a directory");
        let entries = &bytes[at.start as usize..at.end as usize];
        for length in 0..entries.len() {
            if let Ok(found) = files(&entries[..length]) {
                assert!(found.is_empty(), "cut at {length}");
            }
        }
        let with = |at: usize, byte: u8| {
            let mut other = entries[51..].to_vec();
            other[at] = byte;
            files(&other).expect_err("refused")
        };
        assert!(with(8, 1).contains("encrypted"));
        assert!(with(10, 12).contains("method 12"));
        let packed = files(entries).expect("files").remove(0);
        assert!(place(&packed, b"PK").is_err());
    }
}
