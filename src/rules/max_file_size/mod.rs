//! `max-file-size`: files that are too large.

pub mod long_function;
pub mod oversize_growth;
pub mod too_many_bytes;
pub mod too_many_lines;
