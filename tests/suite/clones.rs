//! Copied code: what is planted is found, and hostile repositories cost no more than others.

mod hostile;
pub mod mutate;
mod planting;
