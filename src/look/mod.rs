//! Pictures for the terminal: of what a model sees, believes and remembers.
//!
//! Every function here is pure: numbers go in, text comes out, nothing is printed and no model is
//! known. A picture is a [`String`] of lines joined by `\n` (none at the end) or a `Vec<String>`
//! with one entry a line; no line is wider than [`WIDTH`] cells.
//!
//! How much colour a terminal can show is not guessed in the middle of a drawing but passed in as
//! [`Color`]. No picture relies on the terminal's background: a digit paints its own paper, and
//! plain text keeps the terminal's own foreground.
//!
//! | file | draws | in the terminal | in a file (SVG) |
//! |---|---|---|---|
//! | [`digit`](mod@digit) | the pixels of a digit | [`digit()`] | |
//! | [`belief`], [`belief_svg`] | the probabilities after each row of a digit | [`reading`], [`belief_heatmap`] | [`reading_svg`] |
//! | [`confusion`](mod@confusion), [`confusion_svg`](mod@confusion_svg) | what digits were read as | [`confusion()`] | [`confusion_svg()`] |
//! | [`by_row`](mod@by_row) | two shares for each row | [`by_row()`] | [`by_row_svg`] |
//! | [`units`] | means of hidden units | [`unit_heats`] | [`unit_heats_svg`] |
//! | [`heat`](mod@heat) | numbers under the characters of a text | [`heat()`] | [`heat_svg`] |
//! | [`grid`] | a batch | [`grids`] | [`grids_svg`] |
//! | [`bars`](mod@bars), [`bar_chart`] | shares as bars | [`bars()`] | [`bar_chart::bar_chart`] |
//! | [`curve`](mod@curve), [`chart`], [`chart_svg`](mod@chart_svg) | lines over steps or sizes, with [`marks`] to hold them against | [`curve()`], [`marked_curve`] | [`chart_svg()`] |
//! | [`matrix`] | a table whose cells are tinted by their numbers | | [`matrix::matrix_svg`] |
//! | [`thermometer`](mod@thermometer) | gradient norms, step by step | [`thermometer()`] | [`thermometer_svg`] |
//! | [`table`] | names and figures | [`Table`] | |
//! | [`deck`] | all pictures of a lesson, one a page | | (HTML) [`deck::deck`] |
//!
//! Below them lie [`terminal`] (the width of text), [`shown`] (what a terminal is sent) and [`color`]; `slide`, `legend`, `tone` (the colours on
//! light and on dark paper) `axis` and `ticks` are what the pictures in files have in common.
//!
//! ```
//! use lstm_lessons::look::{Color, bars, beside, digit};
//!
//! let mut image = [0u8; 784];
//! image[14 * 28 + 14] = 255;
//! let beliefs = bars(&[("0", 0.1), ("1", 0.9)], 40, Color::None).join("\n");
//! let picture = beside(&digit(&image, Color::None), &beliefs, 2);
//! assert_eq!(picture.lines().count(), 14);
//! ```

mod axis;
pub mod bar_chart;
pub mod bars;
pub mod belief;
pub mod belief_svg;
pub mod by_row;
pub mod chart;
pub mod chart_svg;
pub mod color;
pub mod confusion;
pub mod confusion_svg;
pub mod curve;
pub mod deck;
pub mod digit;
mod fold;
pub mod grid;
pub mod heat;
mod legend;
pub mod marks;
pub mod matrix;
mod numbers;
mod scale;
pub mod shown;
mod slide;
pub mod table;
pub mod terminal;
pub mod thermometer;
mod ticks;
mod tone;
pub mod units;

pub use bars::bars;
pub use belief::{belief_heatmap, reading};
pub use belief_svg::reading_svg;
pub use by_row::{by_row, by_row_svg};
pub use chart_svg::chart_svg;
pub use color::Color;
pub use confusion::confusion;
pub use confusion_svg::confusion_svg;
pub use curve::{curve, marked_curve};
pub use digit::{digit, digit_rows_revealed, digits_side_by_side};
pub use fold::folded;
pub use grid::{Grid, Tile, grids, grids_svg};
pub use heat::{Heat, heat, heat_scale, heat_svg};
pub use marks::Mark;
pub use numbers::{decimal, thousands};
pub use table::{Align, Table};
pub use terminal::{WIDTH, beside, fit, pad, right, visible_width};
pub use thermometer::{Column, thermometer, thermometer_svg};
pub use units::{unit_heats, unit_heats_svg};
