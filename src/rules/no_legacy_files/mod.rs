//! `no-legacy-files`: files that should not be there, told by their paths.

pub mod closed_folder;
pub mod forbidden_file;
pub mod legacy_name;
pub mod retired_file;
pub mod stale_entry;
