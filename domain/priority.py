"""Which class of priority an age gives."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class ClassByAge(Protocol):
    """A class of priority as far as age goes; ages in whole years, both ends included."""

    @property
    def credit_minutes(self) -> int: ...
    @property
    def age_from(self) -> int | None: ...
    @property
    def age_to(self) -> int | None: ...


C = TypeVar("C", bound=ClassByAge)


def goes_by_age(grade: ClassByAge) -> bool:
    """Whether a class is given for age alone."""
    return grade.age_from is not None or grade.age_to is not None


def fits_age(grade: ClassByAge, age: int) -> bool:
    """Whether an age lies within a class that goes by age."""
    old_enough = grade.age_from is None or age >= grade.age_from
    young_enough = grade.age_to is None or age <= grade.age_to
    return goes_by_age(grade) and old_enough and young_enough


def class_by_age(classes: Iterable[C], age: int) -> C | None:
    """The class with the longest head start among those an age gives, the first of equals."""
    fitting = [grade for grade in classes if fits_age(grade, age)]
    return max(fitting, key=lambda grade: grade.credit_minutes, default=None)
