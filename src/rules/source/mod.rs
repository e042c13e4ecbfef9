//! What any hook may meet in what it reads.

pub mod unchecked_file;
