use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 8;

/// Gives its pieces one a read, interrupted before each.
struct Pieces {
    pieces: VecDeque<Vec<u8>>,
    is_interrupted: bool,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let piece = self.pieces.pop_front().unwrap_or_default();
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

type Told = Vec<(u64, Option<Vec<u8>>)>;

fn told(pieces: &[&[u8]]) -> Told {
    let pieces = pieces.iter().filter(|p| !p.is_empty()).map(|p| p.to_vec()).collect();
    let mut told = Told::new();
    for chunk in lines(Pieces { pieces, is_interrupted: false }, LIMIT) {
        let chunk = chunk.unwrap();
        told.extend(chunk.lines().map(|(number, line)| (number, line.ok().map(<[u8]>::to_vec))));
    }
    told
}

/// The same by the plainest means.
fn naive(bytes: &[u8]) -> Told {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let within = |line: &[u8]| (line.len() <= LIMIT).then(|| line.to_vec());
    (1..).zip(bytes.split(|&b| b == b'\n').map(within)).collect()
}

#[test]
fn a_line_is_told_as_soon_as_its_end_is_read() {
    let pieces = [&b"one\ntw"[..], b"o\n", b"three"].map(<[u8]>::to_vec).into();
    let mut chunks = lines(Pieces { pieces, is_interrupted: false }, LIMIT);
    for expected in [(1, &b"one"[..]), (2, b"two"), (3, b"three")] {
        let chunk = chunks.next().unwrap().unwrap();
        let lines: Vec<_> = chunk.lines().map(|(number, line)| (number, line.unwrap())).collect();
        assert_eq!(lines, [expected]);
    }
    assert!(chunks.next().is_none());
}

#[test]
fn a_line_beyond_the_limit_is_told_and_the_rest_goes_on() {
    let some = |text: &str| Some(text.as_bytes().to_vec());
    let cases: [(&[&[u8]], Told); 5] = [
        (&[b"12345678\n123456789\nx\n"], vec![(1, some("12345678")), (2, None), (3, some("x"))]),
        (&[b"123456", b"789abc", b"def\nx"], vec![(1, None), (2, some("x"))]),
        (&[b"123456789abcdef"], vec![(1, None)]),
        (&[b"\xef\xbb", b"\xbf12345678\n"], vec![(1, some("12345678"))]),
        (&[b"\n\n"], vec![(1, some("")), (2, some(""))]),
    ];
    for (pieces, expected) in cases {
        assert_eq!(told(pieces), expected);
    }
}

#[test]
fn an_error_of_the_reader_ends_the_lines() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut chunks = lines(b"one\n".chain(Broken), LIMIT);
    assert!(chunks.next().is_some_and(|chunk| chunk.is_ok()));
    assert!(chunks.next().is_some_and(|chunk| chunk.is_err()));
    assert!(chunks.next().is_none());
}

proptest! {
    #[test]
    fn lines_do_not_depend_on_how_they_are_read(
        pieces in prop::collection::vec(prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..14), 0..12),
    ) {
        let whole = pieces.concat();
        prop_assume!(!whole.is_empty());
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(told(&pieces), naive(&whole));
    }
}
