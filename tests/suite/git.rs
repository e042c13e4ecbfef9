//! What is right around a commit: every row of the table in docs/git.md.
