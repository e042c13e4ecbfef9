//! What verdicts are kept by.

use super::Task;
use super::version::python_version;
use crate::cache::{Key, key};
use crate::lang;
use crate::policy::Origin;
use crate::source::{At, Attributes, Content, Entry, SourceError};

/// What every verdict hangs on beside files: rules, policy, and attributes.
pub(super) fn context(task: &Task<'_>) -> Result<Key, SourceError> {
    let Task { source, tree, policy, running, .. } = *task;
    let version = python_version(policy);
    let rules: Vec<_> = running.iter().map(|running| running.rule.name).collect();
    let origin = match policy.file.origin {
        Origin::SsotToml => "ssot.toml",
        Origin::Pyproject => "pyproject.toml",
        Origin::Named => "named",
        Origin::Defaults => "defaults",
    };
    let mut parts = vec![
        rules.join(" ").into_bytes(),
        vec![version.0, version.1],
        origin.as_bytes().to_vec(),
        policy.file.path.as_bytes().to_vec(),
        policy.file.text.as_bytes().to_vec(),
        policy.project.found_tests.join("\0").into_bytes(),
    ];
    let attributes = Attributes::entries(tree);
    let on_disk: Vec<&Entry> = attributes.iter().copied().filter(|entry| entry.at == At::Disk).collect();
    for entry in &attributes {
        parts.push(entry.path.as_bytes().to_vec());
        parts.push(match &entry.at {
            At::Blob(blob) => blob.as_bytes().to_vec(),
            At::Disk => b"on disk".to_vec(),
        });
    }
    let texts = std::sync::Mutex::new(vec![Vec::new(); on_disk.len()]);
    source.read(&on_disk, &|number, content| {
        if let (Content::Bytes(bytes), Ok(mut texts)) = (content, texts.lock()) {
            texts[number] = bytes.to_vec();
        }
    })?;
    parts.extend(texts.into_inner().unwrap_or_default());
    Ok(key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// The key of one file under its context; none for what lies on disk.
pub(super) fn of_file(entry: &Entry) -> Option<Key> {
    let At::Blob(blob) = &entry.at else { return None };
    let language = lang::of(&entry.path);
    let revision = language.revision().to_le_bytes();
    Some(key(&[entry.path.as_bytes(), blob.as_bytes(), language.id().as_bytes(), &revision]))
}
