//! The hook `max-file-size`.

fn main() -> std::process::ExitCode {
    ssot::cli::hook_main("max-file-size")
}
