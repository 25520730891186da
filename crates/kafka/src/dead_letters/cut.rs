//! Cuts a dead letter so that it fits into its topic, whatever the record was.

/// Largest key, payload and headers of a dead letter together, in bytes. A producer takes
/// `message.max.bytes` (1,000,000 in librdkafka) and a broker `max.message.bytes` (1,048,588) of a
/// batch; the rest is for the frames of record and batch, below 200 bytes.
pub(super) const MAX_BYTES: usize = 980_000;
/// Largest key of a letter that is cut.
const MAX_KEY: usize = 100_000;
/// Largest original headers of a letter that is cut: names, values and [`HEADER_FRAME`].
const MAX_HEADERS: usize = 100_000;
/// Largest message of a letter. It is the text of an error, which may quote another.
const MAX_MESSAGE: usize = 10_000;
/// The two lengths of a header on the wire, at most.
const HEADER_FRAME: usize = 10;

/// The parts of a record, borrowed.
#[derive(Debug, Clone)]
pub(super) struct Parts<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: Option<&'a [u8]>,
    pub(super) headers: Vec<(&'a str, &'a [u8])>,
}

fn header_bytes((name, value): &(&str, &[u8])) -> usize {
    name.len() + value.len() + HEADER_FRAME
}

impl Parts<'_> {
    /// The bytes of the record itself, without frames.
    pub(super) fn content_bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.key.len() + self.value.map_or(0, <[u8]>::len) + headers.sum::<usize>()
    }

    fn bytes(&self) -> usize {
        self.content_bytes() + self.headers.len() * HEADER_FRAME
    }

    /// Cuts the parts to [`MAX_BYTES`], headers of `added` bytes included. Returns false if they fit
    /// uncut. The key keeps [`MAX_KEY`] bytes, the headers [`MAX_HEADERS`], the payload the remaining
    /// bytes.
    pub(super) fn cut_to_fit(&mut self, added: usize) -> bool {
        if self.bytes() + added <= MAX_BYTES {
            return false;
        }
        self.key = &self.key[..self.key.len().min(MAX_KEY)];
        let mut left = MAX_HEADERS;
        self.headers.retain(|header| {
            let fits = header_bytes(header) <= left;
            left -= if fits { header_bytes(header) } else { 0 };
            fits
        });
        let without_value = Self { value: None, ..self.clone() }.bytes();
        let left = MAX_BYTES.saturating_sub(without_value + added);
        self.value = self.value.map(|value| &value[..value.len().min(left)]);
        true
    }
}

/// The bytes of headers on the wire.
pub(super) fn headers_bytes(headers: &[(&str, &[u8])]) -> usize {
    headers.iter().map(header_bytes).sum()
}

/// Cuts a message to [`MAX_MESSAGE`] bytes, between two characters.
pub(super) fn cut_message(message: &str) -> &str {
    let mut end = message.len().min(MAX_MESSAGE);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    &message[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_any_sizes_fit_after_the_cut_and_are_not_cut_if_they_fit() {
        const ADDED: usize = 500;
        let (bytes, name) = (vec![7; 2_000_000], "n".repeat(600_000));
        let sizes = [0, 1, 99_999, 100_001, 489_000, 979_000, 980_000, 1_048_000, 2_000_000];
        let all_headers = [
            vec![],
            vec![("h", &bytes[..])],
            vec![("h", &bytes[..40_000]); 3],
            vec![("h", b"".as_slice()); 50_000],
            vec![(name.as_str(), &bytes[..1]); 2],
        ];
        for (key, value) in sizes.iter().flat_map(|key| sizes.map(|value| (*key, value))) {
            for headers in all_headers.iter().cloned() {
                let case = format!("{key} {value} {}", headers.len());
                let (key, value) = (&bytes[..key], Some(&bytes[..value]));
                let mut parts = Parts { key, value, headers };
                let before = parts.bytes() + ADDED;
                let is_cut = parts.cut_to_fit(ADDED);
                assert_eq!(is_cut, before > MAX_BYTES, "{case}");
                let after = parts.bytes() + ADDED;
                assert!(after <= MAX_BYTES && (is_cut || after == before), "{case}");
            }
        }
    }

    #[test]
    fn a_header_that_is_too_large_is_dropped_and_the_others_stay() {
        let (large, value) = (vec![7; 200_000], vec![7; 1_048_000]);
        let headers = vec![("a", b"1".as_slice()), ("large", &large), ("b", b"2")];
        let mut parts = Parts { key: b"k", value: Some(&value), headers };
        assert!(parts.cut_to_fit(300));
        assert_eq!(parts.headers, [("a", b"1".as_slice()), ("b", b"2")]);
        assert_eq!(parts.bytes() + 300, MAX_BYTES);
    }

    #[test]
    fn a_message_is_cut_between_two_characters() {
        assert_eq!(cut_message("short"), "short");
        let long = "é".repeat(MAX_MESSAGE);
        assert_eq!(cut_message(&long).len(), MAX_MESSAGE);
        assert_eq!(cut_message(&format!("a{long}")).len(), MAX_MESSAGE - 1);
    }
}
