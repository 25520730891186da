pub(crate) mod fold;
pub(crate) mod scan;
pub(crate) mod tokenized;
pub(crate) mod vocabulary;
