//! Where a picture was asked for in a file.

use std::path::Path;

use crate::{
    say,
    shell::{error::Result, files, note},
};

/// Writes a picture into a file, and says so beside the results; under `--json` nothing is said.
///
/// # Errors
/// A file that cannot be written.
pub fn write_svg(file: &Path, svg: &str, json: bool) -> Result<()> {
    files::write_whole(file, svg.as_bytes())?;
    if !json {
        let file = file.display();
        note(say!("The picture is in {file}.", "图已存入 {file}。"));
    }
    Ok(())
}
