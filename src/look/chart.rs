//! What a chart of lines shows: one panel, or several beside each other. It is drawn by
//! [`chart_svg`](mod@super::chart_svg).

use super::marks::Mark;

/// Panels under one title, with one legend.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What stands above them.
    pub title: String,
    /// What the colours mean, in the order of the lines of each panel.
    pub names: Vec<String>,
    /// What a ring means, where there is one.
    pub ring: Option<String>,
    /// One to four.
    pub panels: Vec<Panel>,
}

/// Lines over one axis.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// What stands above it; nothing where the title of the chart says it.
    pub title: String,
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// The first line is drawn wide, so that it is seen where another lies upon it.
    pub first_is_wide: bool,
    /// The points of each line; what is not finite is left out.
    pub lines: Vec<Vec<(f64, f64)>>,
    /// Levels worth knowing: dashed, with their names.
    pub levels: Vec<Mark>,
    /// Places on the x axis where something begins: dotted, with what begins there.
    pub begins: Vec<Mark>,
    /// The place that is ringed.
    pub ringed: Option<(f64, f64)>,
}

/// What is measured along an axis.
#[derive(Clone, Debug, Default)]
pub struct Axis {
    /// Its name with its unit; of a y axis also which direction is the better one.
    pub label: String,
    /// Each power of ten as wide as the next.
    pub logarithmic: bool,
    /// A place from which the axis begins, or to which it reaches, whatever the values.
    pub reaches: Vec<f64>,
    /// Ticks of its own, where round numbers say less.
    pub ticks: Option<Vec<(f64, String)>>,
}

impl Axis {
    /// From the least to the greatest value.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// The same, logarithmic.
    pub fn logarithmic(label: impl Into<String>) -> Self {
        Self { logarithmic: true, ..Self::linear(label) }
    }

    /// The same, up or down to `place` at least.
    pub fn reaching(mut self, place: f64) -> Self {
        self.reaches.push(place);
        self
    }

    /// The same, with these ticks.
    pub fn with_ticks(self, ticks: Vec<(f64, String)>) -> Self {
        Self { ticks: Some(ticks), ..self }
    }
}
