//! # too-many-bytes
//!
//! ## What it does
//! Flags a file over its limit of bytes: 500 KiB, unless `limits` in `[max-file-size]` says otherwise. The size
//! is that of the content which git stores. Lock files, and files that `.gitattributes` calls
//! `linguist-generated`, are exempt.
//!
//! ## Why is this bad?
//! What was committed once stays in every clone for ever, even after it is deleted. A dump, a build or a
//! recording gets in by one careless `git add`.
//!
//! ## Example
//! ```toml
//! [max-file-size]
//! limits = [
//!   { files = "**", bytes = "200 KiB" },
//!   { files = "docs/**/*.png", bytes = "2 MiB" },
//! ]
//! ```
//!
//! ## What to do instead
//! Keep the file out of the repository, or in Git LFS; code is rather divided. Where it belongs here, give it a limit of
//! its own: for each key, the last entry that matches a file and sets it holds, and `"off"` lifts a limit.
//!
//! ## Fix
//! None: `git rm --cached FILE` takes it out of the commit.

use crate::finding::Level;
use crate::lang;
use crate::path::{RepoPath, printable};
use crate::policy::file_size::FileSize;
use crate::policy::size::apart;
use crate::rules::{Found, RuleDef, Sink, SizeRule, Stage};
use crate::source::{Attributes, purpose};

/// Written by package managers, and as large as the project's dependencies are many.
const LOCK_FILES: &[&[u8]] = &[
    b"Cargo.lock",
    b"Gemfile.lock",
    b"Package.resolved",
    b"Pipfile.lock",
    b"Podfile.lock",
    b"bun.lock",
    b"bun.lockb",
    b"composer.lock",
    b"deno.lock",
    b"flake.lock",
    b"go.sum",
    b"gradle.lockfile",
    b"mix.lock",
    b"npm-shrinkwrap.json",
    b"package-lock.json",
    b"packages.lock.json",
    b"pdm.lock",
    b"pixi.lock",
    b"pnpm-lock.yaml",
    b"poetry.lock",
    b"pubspec.lock",
    b"pylock.toml",
    b"uv.lock",
    b"yarn.lock",
];

pub static RULE: RuleDef = RuleDef {
    hook: "max-file-size",
    name: "too-many-bytes",
    summary: "a file over its limit of bytes (500 KiB)",
    source: include_str!("too_many_bytes.rs"),
    level: Some(Level::Error),
    compile: |policy| Ok(vec![Stage::Size(Box::new(TooManyBytes { limits: policy.file_size.clone() }))]),
};

struct TooManyBytes {
    limits: FileSize,
}

impl SizeRule for TooManyBytes {
    fn wants(&self, path: &RepoPath) -> bool {
        !LOCK_FILES.contains(&path.name()) && self.limits.limits_bytes_of(path)
    }

    fn most(&self, path: &RepoPath) -> u64 {
        self.limits.bytes(path).map_or(u64::MAX, |limit| limit.most)
    }

    fn check(&self, path: &RepoPath, bytes: u64, attributes: &Attributes, out: &mut Sink) {
        let Some(limit) = self.limits.bytes(path).filter(|limit| bytes > limit.most) else { return };
        if attributes.is_generated(path) {
            return;
        }
        let (size, most) = apart(bytes, limit.most);
        let message = format!("`{}` has {size}, over the limit of {most}", printable(path.name()));
        let help = match lang::of(path).has_tokens() && !purpose::is_minified(path) {
            true => {
                "move what belongs together into a module of its own; if a program wrote it, keep it out of the \
                 repository, or mark it `linguist-generated` in .gitattributes"
            }
            false => {
                "keep it out of the repository or in Git LFS; if it belongs here, give it a limit of its own in \
                 `[max-file-size]`, or mark it `linguist-generated` in .gitattributes"
            }
        };
        out.report(Found::file(path, message, help).size(bytes).by(limit.site.as_ref()));
    }
}
