//! What a running git prints, as it comes. One that is silent for [`PATIENCE`] is ended.

use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bstr::ByteSlice;

use super::SourceError;
use crate::path::printable;

/// How long git may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest single record (a line, a path) that is believed to come from git.
const MAX_RECORD: usize = 1 << 20;

/// As much as a pipe of Linux holds.
const CHUNK: usize = 1 << 16;

/// Git prints a few kB at a time. To wake for each of them takes longer than to print them: so long they may gather.
const GATHERING: Duration = Duration::from_micros(50);

const MAX_STDERR: u64 = 1 << 13;

/// What git advises, before the folder, where a repository belongs to another user.
const TRUST: &str = "git config --global --add safe.directory ";

/// What a running git prints, as it comes.
pub struct Answer {
    command: String,
    child: Child,
    chunks: Receiver<Vec<u8>>,
    complaint: Receiver<Vec<u8>>,
    buffer: Vec<u8>,
    at: usize,
}

impl Answer {
    /// Starts a git that is ready to be asked, with `input` on its standard input. `word` is its subcommand.
    pub fn start(command: &mut Command, word: &str, input: Vec<u8>) -> Result<Self, SourceError> {
        let mut child = command.spawn().map_err(SourceError::NoGit)?;
        if let Some(mut stdin) = child.stdin.take() {
            thread::spawn(move || stdin.write_all(&input));
        }
        let (send, chunks) = sync_channel(4);
        if let Some(mut stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut chunk = vec![0; CHUNK];
                while let Ok(count @ 1..) = stdout.read(&mut chunk) {
                    if send.send(chunk[..count].to_vec()).is_err() {
                        break;
                    }
                    // Elsewhere a pipe holds no more than git prints at a time, or a pause is longer than what is asked for.
                    if cfg!(unix) && count < CHUNK {
                        thread::sleep(GATHERING);
                    }
                }
            });
        }
        let (send_complaint, complaint) = sync_channel(1);
        if let Some(mut stderr) = child.stderr.take() {
            thread::spawn(move || {
                let mut text = Vec::new();
                let _ = stderr.by_ref().take(MAX_STDERR).read_to_end(&mut text);
                let _ = send_complaint.send(text);
                let _ = std::io::copy(&mut stderr, &mut std::io::sink());
            });
        }
        Ok(Self { command: word.to_owned(), child, chunks, complaint, buffer: Vec::new(), at: 0 })
    }

    /// Waits for more; false at the end.
    fn fill(&mut self) -> Result<bool, SourceError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        match self.chunks.recv_timeout(PATIENCE) {
            Ok(mut chunk) => {
                if self.buffer.is_empty() {
                    self.buffer = chunk
                } else {
                    self.buffer.append(&mut chunk)
                }
                Ok(true)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(false),
            Err(RecvTimeoutError::Timeout) => Err(self.silent()),
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// All of it, to the end.
    pub fn all(mut self) -> Result<Vec<u8>, SourceError> {
        let mut all = Vec::new();
        while self.fill()? {
            all.append(&mut self.buffer);
            if all.len() > MAX_RECORD {
                return Err(self.garbled("more than was asked for"));
            }
        }
        self.finish()?;
        Ok(all)
    }

    /// The bytes up to `end`, without it; none where the answer is over.
    pub fn until(&mut self, end: u8) -> Result<Option<&[u8]>, SourceError> {
        let mut searched = 0;
        loop {
            if let Some(found) = memchr::memchr(end, self.rest().get(searched..).unwrap_or_default()) {
                let record = self.at..self.at + searched + found;
                self.at = record.end + 1;
                return Ok(self.buffer.get(record));
            }
            searched = self.rest().len();
            if searched > MAX_RECORD {
                return Err(self.garbled("a line without an end"));
            }
            if !self.fill()? {
                return if searched == 0 { Ok(None) } else { Err(self.cut_short()) };
            }
        }
    }

    /// Exactly `count` bytes, put into `into`.
    pub fn exactly(&mut self, count: usize, into: &mut Vec<u8>) -> Result<(), SourceError> {
        into.clear();
        into.reserve(count);
        loop {
            let take = self.rest().len().min(count - into.len());
            into.extend_from_slice(self.rest().get(..take).unwrap_or_default());
            self.at += take;
            if into.len() == count {
                return Ok(());
            }
            if !self.fill()? {
                return Err(self.cut_short());
            }
        }
    }

    /// Waits for git to end, which must have nothing more to say, and turns a failure into an error.
    pub fn finish(&mut self) -> Result<(), SourceError> {
        if !self.rest().is_empty() || self.fill()? {
            return Err(self.garbled("more than was asked for"));
        }
        let asked = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if asked.elapsed() > PATIENCE => return Err(self.silent()),
                Ok(None) => thread::sleep(Duration::from_micros(200)),
                Err(error) => return Err(SourceError::Disk { path: format!("git {}", self.command), error }),
            }
        };
        if status.success() {
            return Ok(());
        }
        let complaint = self.complaint.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
        let said: Vec<String> = complaint.lines().map(|line| printable(line.trim())).collect();
        if let Some(remedy) = said.iter().find(|line| line.starts_with(TRUST)) {
            let message = said.iter().find_map(|line| line.strip_prefix("fatal: ")).unwrap_or_default();
            return Err(SourceError::Distrusted { message: message.to_owned(), remedy: remedy.clone() });
        }
        let mut message = said.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
        if message.contains("not a git repository") {
            return Err(SourceError::NotARepository(message));
        }
        if message.is_empty() {
            message = status.to_string();
        }
        Err(SourceError::Git { command: self.command.clone(), message, code: status.code() })
    }

    pub fn garbled(&mut self, what: &str) -> SourceError {
        self.end();
        SourceError::Garbled { command: self.command.clone(), what: what.to_owned() }
    }

    fn silent(&mut self) -> SourceError {
        self.end();
        SourceError::Silent { command: self.command.clone(), after: PATIENCE }
    }

    /// The answer stopped in the middle: git's own complaint says most, if it made one.
    fn cut_short(&mut self) -> SourceError {
        self.at = self.buffer.len();
        match self.finish() {
            Err(error) => error,
            Ok(()) => self.garbled("an answer that stops in the middle"),
        }
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.end();
        }
    }
}

/// The start of what was read, for a message.
pub fn excerpt(bytes: &[u8]) -> String {
    printable(bytes.get(..60.min(bytes.len())).unwrap_or_default())
}
