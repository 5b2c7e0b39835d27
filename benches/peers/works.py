"""The sizes of the three works of lesson 6, as in `lessons/6_speed/work.rs`, and how each is timed."""

BATCH = 64  # B
POEM_STEPS = 60  # T of a poem: a start and 59 characters, so that nothing is padding
VOCAB_SIZE = 6110  # V
D_EMBED, D_HIDDEN, POEM_LAYERS = 128, 128, 2  # E, H, L
ROWS, WIDTH, CLASSES = 28, 28, 10  # a digit, and what it may be
FIRST, BOS, EOS = 4, 1, 2  # the first real character; ids of the start and the end

BATCHES = 8  # they take turns, so that no step finds its own characters warm in the cache
SEED = 6
LR = 1e-3
TEMPERATURE = 0.8
CHARACTERS = 64  # written together: one alone is too short for a clock

WORKS = ["poems", "mnist", "sampling"]
ITEMS = {"poems": BATCH * POEM_STEPS, "mnist": BATCH, "sampling": 1}  # what one step goes through
STEPS = {"poems": 1, "mnist": 1, "sampling": CHARACTERS}  # steps in one timed call
