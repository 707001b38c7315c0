"""Policy numbers look like CL-0042137-6: a prefix, seven digits, and a check digit."""

import re


class PolicyNumber:
    def __init__(self, prefix: str = "CL") -> None:
        self.pattern = re.compile(rf"\b{re.escape(prefix)}-(\d{{7}})-(\d)\b")

    def find(self, text: str) -> list[str]:
        return [match[0] for match in self.pattern.finditer(text) if self.check_digit(match[1]) == match[2]]

    @staticmethod
    def check_digit(digits: str) -> str:
        return str(sum(int(digit) * weight for weight, digit in enumerate(digits, start=1)) % 10)
