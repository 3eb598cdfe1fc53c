"""How the common space learns; no PyTorch here, so that a configuration can be checked without it."""

from signspot.errors import InputError
from signspot.training.recipe import Recipe

RECIPE = Recipe(optimiser="radam", rate=1e-3, weight_decay=1e-5, epochs=40, batch_size=128, select="best")
"""As published."""


def check_space_recipe(recipe: Recipe) -> None:
    """Checks that texts and videos can learn by a recipe.

    Raises:
        InputError: it mixes examples or splits batches.
    """
    for key, unset in (("mixup", 0), ("parts", 1)):
        if getattr(recipe, key) != unset:
            raise InputError(
                f"training.{key}: is {getattr(recipe, key)}, expected {unset} for the common space, in which each text "
                "is compared with the videos of all others of its batch."
            )
