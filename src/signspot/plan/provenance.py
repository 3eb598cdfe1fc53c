"""What a run was made of, for people who use its results elsewhere."""

from typing import Any

from signspot.plan.plan import Plan
from signspot.plan.runs import ROLES, WEAK, Run


def provenance(plan: Plan, name: str) -> dict[str, Any]:
    """Corpus, run, seed, leading spotter and decoder, what each spotter reads and, for each role, the splits and how
    many videos and known signers they have, and how many signers of the test are in the training too. Nobody is named.
    """
    run = plan.runs[name]
    made_of = {
        "corpus": plan.corpus["name"],
        "run": name,
        "seed": run.seed,
        "spotter": run.spotter,
        "decoder": run.spotters[run.spotter].leading_decoder if run.spotter else None,
        "experts": {
            expert.name: {"origin": expert.origin, "trainings": len(expert.training_numbers), "run": run.experts_of}
            for expert in run.experts.values()
        },
        "spotters": {
            spotter.name: {
                "kind": spotter.kind,
                "experts": list(spotter.experts),
                "of": [member if "/" in member else f"{name}/{member}" for member in spotter.of],
                "modality": spotter.modality,
                "decoders": list(spotter.decoders),
            }
            for spotter in run.spotters.values()
        },
        "recognisers": run.recognisers,
        "nearest": run.nearest,
        "fusions": {
            fusion.name: {"experts": list(fusion.experts), "weights": fusion.weights} for fusion in run.fusions.values()
        },
        "retrieval": _retrieval(run),
        "round": _round(run),
    }
    signers: dict[str, set[str]] = {}
    for role in ROLES:
        videos = plan.tables.videos[plan.tables.videos["video"].isin(run.of(role))]
        signers[role] = set(videos["signer"]) - {""}
        splits = sorted(set(videos["split"]))
        made_of[role] = {"splits": splits, "videos": len(videos), "signers": len(signers[role])}
    return made_of | {"shared_signers": len(signers["train"] & signers["test"])}


def _round(run: Run) -> dict[str, Any] | None:
    """Which round of labels from spottings it is, and of how many videos it learnt such labels."""
    if run.round is None:
        return None
    learns = any(
        run.spotted(name, number)
        for name, expert in run.experts.items()
        if expert.trainings
        for number in expert.training_numbers
    )
    return {"of": run.round.of, "number": run.round.number, "videos": len(run.of(WEAK)) if learns else 0}


def _retrieval(run: Run) -> dict[str, Any] | None:
    """What sentences are searched by, without the paths of the configuration."""
    settings = run.retrieval
    if settings is None:
        return None
    words = "file" if settings.vectors else "spelling"
    return {"expert": settings.expert, "spotter": settings.spotter, "seeds": settings.seeds, "word_vectors": words}
