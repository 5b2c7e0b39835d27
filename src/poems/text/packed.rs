//! The texts of a whole corpus in little memory.

use super::genre::Text;

/// Many texts in two vectors, with four bytes an id: a corpus of 200 MB has 60 million of them.
#[derive(Debug, Default)]
pub struct Texts {
    /// Title and content of each text, one after the other.
    ids: Vec<u32>,
    /// Where in `ids` its title ends, and its content.
    ends: Vec<[usize; 2]>,
}

impl Texts {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn begin(&self, k: usize) -> usize {
        k.checked_sub(1).map_or(0, |before| self.ends[before][1])
    }

    /// [`Text::steps`] of the k-th text.
    pub fn steps(&self, k: usize) -> usize {
        self.ends[k][1] - self.begin(k) + 1
    }

    /// The k-th text.
    pub fn get(&self, k: usize) -> Text {
        let ids = |from, to| self.ids[from..to].iter().map(|&id| id as usize).collect();
        let [title, content] = self.ends[k];
        Text { title: ids(self.begin(k), title), content: ids(title, content) }
    }
}

impl FromIterator<Text> for Texts {
    fn from_iter<I: IntoIterator<Item = Text>>(texts: I) -> Self {
        let mut all = Self::default();
        for Text { title, content } in texts {
            let ends = [title, content].map(|part| {
                all.ids.extend(part.into_iter().map(|id| id as u32));
                all.ids.len()
            });
            all.ends.push(ends);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_texts_come_out_as_they_went_in() {
        let text = |title: &[usize], content: &[usize]| Text {
            title: title.to_vec(),
            content: content.to_vec(),
        };
        let all =
            [text(&[], &[4, 5]), text(&[9, 8], &[]), text(&[], &[]), text(&[7], &[1 << 17, 6])];
        let packed: Texts = all.iter().cloned().collect();
        assert_eq!(packed.len(), all.len());
        for (k, text) in all.iter().enumerate() {
            assert_eq!((packed.get(k), packed.steps(k)), (text.clone(), text.steps()));
        }
    }
}
