"""Makes the discriminant projection that signspot ships, again: the same bytes on the same machine, in five minutes.

    python benchmarks/projection.py [--out FILE]

It is learnt on the skeletons of 884 rendered signers with 1,040 signs; see signspot/exemplars/discriminant.py.
"""

import argparse
from pathlib import Path

import numpy as np

from signspot.compute.threads import use_threads
from signspot.exemplars.discriminant import Recipe, projection, scatters
from signspot.exemplars.projection import FILE
from signspot.files import finished

SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    out = parser.parse_args().out
    use_threads(1)
    recipe = Recipe()
    learnt = projection(*scatters(recipe, SEED), recipe.dimensions, recipe.shrinkage)
    with finished(out) as part, part.open("wb") as file:
        np.save(file, learnt)


if __name__ == "__main__":
    main()
