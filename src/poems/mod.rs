//! Lesson 5: Tang poems, character by character.
