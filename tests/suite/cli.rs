//! The command line: formats, colours, exit statuses, options.
