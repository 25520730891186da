pub(crate) mod decode;
mod emoticon;
pub(crate) mod fold;
pub(crate) mod tokens;
pub(crate) const LIMIT: usize = 4_096;
