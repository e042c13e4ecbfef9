//! Writing files of the project: whole or not at all, beside the old one first, then renamed over it.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::path::printable;

pub fn whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ssot-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's umask leaves of it, as for any new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let shown = || printable(path.as_os_str().as_encoded_bytes());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = builder.tempfile_in(folder).with_context(shown)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(shown)?;
    file.persist(path).map_err(|error| error.error).with_context(shown)?;
    Ok(())
}
