"""The service, asked by the OpenFeature SDK for Python."""

import os
import unittest

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

URL = os.environ["CLIENTS_URL"]
GUARDED_URL = os.environ["CLIENTS_GUARDED_URL"]
TOKEN = os.environ["CLIENTS_TOKEN"]

NOWHERE = {"channel": "nowhere"}


def ana(**more):
    """On a Monday morning, for the third time at the same step."""
    context = {
        "tenure_months": 24,
        "profile": {"needs": {"large_text": "required"}},
        "profile.age": 74,
        "visit.at": "2026-11-23T10:00:00-03:00",
        "visit.channel": "web",
        "journey": {"name": "billing", "failed_steps": 3},
        "app_build": "2026.11",
    }
    return EvaluationContext("ana-17", {**context, **more})


def client_of(domain, provider):
    api.set_provider(provider, domain)
    return api.get_client(domain)


class Asked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = client_of("plain", OFREPProvider(URL))

    @classmethod
    def tearDownClass(cls):
        api.shutdown()

    def test_the_decision_is_an_object_with_a_variant_a_reason_and_metadata(self):
        told = self.client.get_object_details("experience", NOWHERE, ana())
        self.assertIsNone(told.error_code, told.error_message)
        self.assertEqual(told.value["assistance"], "guided")
        self.assertEqual(told.value["layout_in_use"], "simple")
        self.assertIn("large_text", told.value["adapt"])
        self.assertIsInstance(told.value["way_out"]["channel"], str)
        self.assertEqual(told.variant, "{channel}/{layout_in_use}/{assistance}".format(**told.value))
        self.assertEqual(told.reason, Reason.TARGETING_MATCH)
        self.assertRegex(told.flag_metadata["policy"], "^[0-9a-f]{32}$")

    def test_each_axis_is_a_string_and_the_same_as_in_the_decision(self):
        visitor = ana(**{"profile.preferred_channel": "phone"})
        whole = self.client.get_object_value("experience", NOWHERE, visitor)
        self.assertEqual(whole["channel"], "phone")
        for flag, value in [
            ("experience.channel", whole["channel"]),
            ("experience.layout", whole["layout_in_use"]),
            ("experience.assistance", whole["assistance"]),
        ]:
            with self.subTest(flag):
                told = self.client.get_string_details(flag, "default", visitor)
                self.assertEqual((told.value, told.variant, told.error_code), (value, value, None))
        told = self.client.get_string_details("experience.channel", "default", visitor)
        self.assertEqual(told.flag_metadata["reason"], "preferred")

    def test_flat_and_nested_names_say_the_same(self):
        flat = ana().attributes
        del flat["app_build"]
        flat["profile.needs"] = flat.pop("profile")["needs"]
        journey = flat.pop("journey")
        flat.update({"journey.name": journey["name"], "journey.failed_steps": journey["failed_steps"]})
        told = self.client.get_object_value("experience", NOWHERE, EvaluationContext("ana-17", flat))
        self.assertNotEqual(told, NOWHERE)
        self.assertEqual(told, self.client.get_object_value("experience", NOWHERE, ana()))

    def test_what_is_wrong_gives_the_default_and_says_why(self):
        keyless = EvaluationContext(None, ana().attributes)
        for flag, context, code, said in [
            ("experience.colour", ana(), ErrorCode.FLAG_NOT_FOUND, "no such flag"),
            ("experience.layout", keyless, ErrorCode.TARGETING_KEY_MISSING, "targetingKey"),
            ("experience.layout", EvaluationContext(), ErrorCode.TARGETING_KEY_MISSING, "targetingKey"),
            ("experience.layout", ana(**{"profile.age": "old"}), ErrorCode.INVALID_CONTEXT, "profile.age"),
            ("experience.layout", ana(**{"visit.chanel": "web"}), ErrorCode.INVALID_CONTEXT, "did you mean `channel`"),
        ]:
            with self.subTest(code=code, said=said):
                told = self.client.get_string_details(flag, "default", context)
                self.assertEqual((told.value, told.reason, told.error_code), ("default", Reason.ERROR, code))
                self.assertIn(said, told.error_message)

    def test_a_flag_asked_for_as_another_type_gives_the_default(self):
        told = self.client.get_boolean_details("experience.layout", True, ana())
        self.assertEqual((told.value, told.error_code), (True, ErrorCode.TYPE_MISMATCH))

    def test_with_the_token_and_not_without_it(self):
        for name, value in [("Authorization", f"Bearer {TOKEN}"), ("X-API-Key", TOKEN)]:
            with self.subTest(name):
                provider = OFREPProvider(GUARDED_URL, headers_factory=lambda: {name: value})
                told = client_of(name, provider).get_string_details("experience.assistance", "default", ana())
                self.assertEqual((told.value, told.error_code), ("guided", None), told.error_message)
        told = client_of("nobody", OFREPProvider(GUARDED_URL)).get_string_details("experience.layout", "default", ana())
        self.assertEqual((told.value, told.error_code), ("default", ErrorCode.GENERAL))
        self.assertIn("unauthorized", told.error_message)


if __name__ == "__main__":
    unittest.main(verbosity=2)
