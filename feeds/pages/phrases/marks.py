"""The words of the marks beside the title of a release, the same in every list."""

from dataclasses import dataclass

from monitor.sentences import counted


@dataclass(frozen=True, slots=True)
class Marks:
    """The words of one language."""

    removed: str
    removed_copy: str
    """Takes `copy`: in which language, as an adverb."""
    unseen: str
    """Said of what is held from a dump and was not seen at the portal."""
    edited: tuple[str, ...]
    """The forms of `times` by number."""
    edited_so: str
    """Takes `times`."""

    def edited_times(self, count: int) -> str:
        """How often something was edited."""
        return self.edited_so.format(times=counted(count, self.edited))


def words(lang: str) -> Marks:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Marks(
        removed="Алып тасталды",
        removed_copy="Алып тасталды: {copy}",
        unseen="Порталда көрінген жоқ, жинақтан алынған",
        edited=("рет",),
        edited_so="{times} өзгертілді",
    ),
    "ru": Marks(
        removed="Снят",
        removed_copy="Снят {copy}",
        unseen="На портале не замечен, взят из подборки",
        edited=("раз", "раза", "раз"),
        edited_so="Изменён {times}",
    ),
    "en": Marks(
        removed="Removed",
        removed_copy="Removed {copy}",
        unseen="Not seen at the portal, from a collection",
        edited=("time", "times"),
        edited_so="Edited {times}",
    ),
}
