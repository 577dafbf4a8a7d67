"""Where each fault, and each thing that publishers do, is shown: a table, held against the tests that there are."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

WORKER = "crawler/test_worker_faults.py"
MARKUP, HOSTILE = "feeds/test_markup.py", "feeds/test_hostile.py"
BROWSER, SERVER = "feeds/test_hostile_browser.py", "feeds/test_server.py"
SEARCHES = "feeds/test_words.py"
MANNERS = "crawler/test_worker_manners.py"
TRUST = "crawler/test_worker_trust.py"
BUDGET = "crawler/test_one_budget.py"
ANSWERS = "crawler/test_answers.py"
ITEMS = "crawler/test_items.py"
WORDING = "crawler/test_wording.py"
WATCH = "monitor/test_watch.py"
TROUBLES = "monitor/test_watch_troubles.py"
SCHEDULE = "monitor/test_schedule.py"
SHRINKING = "monitor/test_shrinking.py"
PUBLISHERS = "monitor/test_what_publishers_do.py"
DEPARTURES = "monitor/test_departures.py"
FLAPPING = "monitor/test_flapping.py"
MASSES = "monitor/test_masses.py"
REPLIES, VERBATIM = "monitor/test_answers_of_receivers.py", "monitor/test_verbatim.py"
HOOKS, CHATS = "monitor/test_channels_webhook.py", "monitor/test_channels_telegram.py"
OUTBOX, RECEIVERS = "monitor/test_outbox.py", "monitor/test_outbox_receivers.py"
KILLED = "monitor/test_killed_while_storing.py"
TEXTS = "monitor/test_message_text.py"
CRASHES = "crashes/test_crash_commands.py"
ENDS, LIMITS = "end_to_end/test_one_release.py", "end_to_end/test_limits.py"
SOUND, STORE = "monitor/test_soundness.py", "monitor/test_store.py"
CLOCKS, SET = "monitor/test_watch_clock.py", "end_to_end/test_clock_set.py"
HEALTH, THINNED = "monitor/test_checkup.py", "monitor/test_thinning.py"
WITNESS = "monitor/test_witness.py"

AT_ITS_LIMITS = (
    "test_a_daemon_at_its_limits_refuses_readers_first_waits_for_room_and_writes_into_no_file_that_went"
)
FOUND_ANEW = "test_what_stood_in_a_log_that_was_deleted_is_found_anew_and_told_once_more_under_other_ids"
TOLD_TWICE_TO_END = "test_a_second_signal_ends_a_daemon_at_once_and_nothing_is_lost_or_told_under_another_id"
YEARS_OFF = "test_a_daemon_that_starts_by_a_clock_that_is_years_off_reads_on_when_it_starts_by_the_right_one"
HAS_ITS_OUTCOME = f"{WORKER}::test_a_fault_has_its_outcome"

ROWS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "connection refused for an hour",
        (
            f"{WORKER}::test_a_portal_that_is_not_there_is_unreachable",
            f"{WATCH}::test_after_an_outage_it_reads_back_until_it_meets_known_releases",
            f"{WATCH}::test_a_fault_that_every_listing_shows_is_said_once_as_the_portals",
            f"{SCHEDULE}::test_a_pause_varies_by_a_quarter_and_never_passes_its_cap",
        ),
    ),
    2: (
        "closed before a byte: one more try, then the next slot",
        (HAS_ITS_OUTCOME, f"{MANNERS}::test_what_is_tried_again_and_how_often"),
    ),
    3: ("accepts and never answers", (f"{WORKER}::test_an_answer_that_takes_too_long_is_given_up",)),
    4: (
        "drips, a byte a second too: the whole answer has a deadline",
        (f"{WORKER}::test_an_answer_that_takes_too_long_is_given_up",),
    ),
    5: (
        "a body cut short",
        (HAS_ITS_OUTCOME, f"{WATCH}::test_no_failure_of_any_length_removes_anything"),
    ),
    6: ("a length that is too small", (HAS_ITS_OUTCOME,)),
    7: ("two lengths", (HAS_ITS_OUTCOME,)),
    8: (
        "no such name, or one that leads inside",
        (
            f"{TRUST}::test_a_name_that_nobody_knows_is_unreachable_and_asked_for_anew_each_time",
            f"{TRUST}::test_a_name_that_leads_inside_is_not_followed",
        ),
    ),
    9: (
        "certificates: expired, another name, self-signed; an old protocol",
        (
            f"{TRUST}::test_a_certificate_that_proves_nothing_is_not_accepted",
            f"{TRUST}::test_an_old_protocol_is_not_accepted",
            f"{TRUST}::test_a_certificate_that_somebody_trusted_vouches_for_is_accepted",
        ),
    ),
    10: ("redirects in a ring", (HAS_ITS_OUTCOME,)),
    11: (
        "a redirect to another host, to http, to a file, to this machine",
        (HAS_ITS_OUTCOME, f"{TRUST}::test_a_redirect_off_the_portal_is_not_followed"),
    ),
    # GOAWAY is HTTP/2's; this program speaks HTTP/1.1 alone.
    12: ("reset in the middle", (HAS_ITS_OUTCOME,)),
    13: (
        "503 with Retry-After",
        (
            f"{MANNERS}::test_nothing_is_asked_before_retry_after_ends",
            f"{BUDGET}::test_a_short_retry_after_holds_for_every_process",
            f"{BUDGET}::test_a_retry_after_outlives_the_worker_that_was_told",
        ),
    ),
    14: (
        "Retry-After as a date, in the past, in ten years, as rubbish",
        (
            f"{ANSWERS}::test_retry_after",
            f"{MANNERS}::test_a_long_retry_after_is_reported_and_kept",
            f"{MANNERS}::test_a_retry_after_that_asks_for_nothing_is_passed_over",
            f"{SCHEDULE}::test_a_pause_doubles_up_to_its_cap",
        ),
    ),
    # No filter by date is ever asked for, so that none can answer 500.
    15: (
        "an order that is not kept",
        (
            f"{WORKER}::test_other_forms_of_a_listing_are_read",
            f"{TROUBLES}::test_a_listing_that_comes_oldest_first_is_not_believed",
        ),
    ),
    16: (
        "400 until there is a ticket",
        (f"{WORKER}::test_a_listing_that_wants_a_ticket_is_refused_and_asked_for_once",),
    ),
    # The route `rest` holds none; what `rest-session` does when one runs out is shown beside that route.
    17: (
        "a ticket that runs out",
        (f"{WORKER}::test_a_listing_that_wants_a_ticket_is_refused_and_asked_for_once",),
    ),
    18: (
        "403, or a page of HTML with 200",
        (HAS_ITS_OUTCOME, f"{WATCH}::test_no_failure_of_any_length_removes_anything"),
    ),
    19: ("304 that nobody asked for", (HAS_ITS_OUTCOME,)),
    20: (
        "404 and 410 of a listing",
        (HAS_ITS_OUTCOME, f"{WATCH}::test_no_failure_of_any_length_removes_anything"),
    ),
    21: (
        "an empty listing, or one that shrank",
        (
            f"{WATCH}::test_an_empty_listing_that_had_releases_is_called_shrunken",
            f"{SHRINKING}::test_half_of_a_listing_that_goes_is_called_shrunken_at_the_next_reading_and_nothing_is_removed",
            f"{SHRINKING}::test_half_of_a_listing_that_stays_away_is_believed_after_a_day",
        ),
    ),
    22: (
        "pages that shift; the end is an empty list",
        (
            f"{SCHEDULE}::test_a_walk_is_not_ended_by_pages_that_overlap",
            f"{WATCH}::test_what_is_published_while_history_is_read_is_news",
            "crawler/test_worker.py::test_the_end_of_a_listing_is_empty",
        ),
    ),
    23: (
        "JSON that is none",
        (HAS_ITS_OUTCOME, f"{ANSWERS}::test_the_reason_shows_the_first_words_on_one_line"),
    ),
    24: (
        "another shape: no id, an id as text, no date, no body, a list for an object",
        (
            f"{ITEMS}::test_what_is_no_release_is_set_aside",
            f"{ITEMS}::test_an_id_is_a_number_or_its_digits",
            f"{ITEMS}::test_a_release_without_a_date_is_kept",
            "crawler/test_worker.py::test_what_is_no_release_is_set_aside_and_the_rest_is_kept",
        ),
    ),
    25: ("brackets nested too deeply", (HAS_ITS_OUTCOME,)),
    26: (
        "NaN, 1e400, a field named twice, ids of more than 63 bits",
        (
            f"{ANSWERS}::test_classify",
            f"{ITEMS}::test_a_field_named_twice_sets_the_item_aside",
            f"{ITEMS}::test_what_is_no_release_is_set_aside",
        ),
    ),
    27: (
        "not UTF-8, another alphabet's bytes, a mark in front",
        (
            HAS_ITS_OUTCOME,
            f"{WORKER}::test_other_forms_of_a_listing_are_read",
            "monitor/test_lost_characters.py::test_what_windows_1251_does_not_hold_is_no_edit",
        ),
    ),
    28: (
        "lone surrogates",
        (
            f"{WORKER}::test_characters_that_no_store_takes_are_replaced_at_the_door",
            f"{ITEMS}::test_a_lone_surrogate_crosses_the_pipe_and_stays_evidence",
            "monitor/test_noticed.py::test_a_held_release_that_loses_letters_for_a_while_is_kept_aside",
        ),
    ),
    29: (
        "NUL and other controls",
        (
            f"{WORKER}::test_characters_that_no_store_takes_are_replaced_at_the_door",
            "feeds/test_formats.py::test_nothing_breaks_a_feed",
        ),
    ),
    30: (
        "characters that turn a line round, join, pile up",
        (
            f"{WORKER}::test_a_hostile_title_is_one_line_of_text",
            "feeds/test_cleaning.py::test_a_title_is_one_line",
        ),
    ),
    31: (
        "a title of a megabyte, a body of many",
        (
            f"{WORKER}::test_a_hostile_title_is_one_line_of_text",
            f"{WORKER}::test_the_largest_page_that_is_read_stays_under_300_megabytes",
            "feeds/test_cleaning.py::test_a_megabyte_without_a_space_is_cut",
            "feeds/test_entries.py::test_a_monstrous_body_is_cut_visibly",
        ),
    ),
    32: (
        "a packed bomb",
        (HAS_ITS_OUTCOME, f"{WORKER}::test_what_is_too_large_takes_little_more_memory_than_ordinary_orders"),
    ),
    33: (
        "a body without end",
        (HAS_ITS_OUTCOME, f"{WORKER}::test_what_is_too_large_takes_little_more_memory_than_ordinary_orders"),
    ),
    34: (
        "HTML that makes parsers slow",
        (
            f"{WORKER}::test_a_body_that_makes_parsers_slow_keeps_its_words_and_costs_no_other_order",
            f"{WORDING}::test_hostile_html_is_survived_and_its_words_kept",
        ),
    ),
    35: ("a new release", (f"{PUBLISHERS}::test_a_new_release_is_one_event_within_one_poll",)),
    36: (
        "an edit of title, text, date, or of the views alone",
        (
            f"{PUBLISHERS}::test_an_edit_names_the_field_and_shows_what_changed",
            f"{PUBLISHERS}::test_views_are_no_event",
        ),
    ),
    37: (
        "there and back within one period, and over three",
        (
            f"{FLAPPING}::test_a_text_that_goes_back_within_one_period_is_nothing",
            f"{FLAPPING}::test_a_text_that_goes_back_over_three_periods_is_two_changes_and_two_more_revisions",
            f"{FLAPPING}::test_a_text_that_flips_is_told_of_once_and_then_left_alone_until_it_rests",
        ),
    ),
    38: (
        "a removal",
        (
            f"{DEPARTURES}::test_a_removal_carries_the_readings_that_prove_it_and_between_which_releases_it_stood",
            "feeds/test_entries.py::test_a_removed_release_says_so_in_its_language",
        ),
    ),
    39: (
        "a restoration, with the same words or others",
        (
            f"{PUBLISHERS}::test_what_comes_back_is_restored_with_what_was_changed_and_under_the_same_id",
            "end_to_end/test_demo.py::test_the_demo_shows_all_that_can_happen_and_leaves_nothing_behind",
        ),
    ),
    40: ("a translation a day later", (f"{PUBLISHERS}::test_a_translation_a_day_later_is_no_new_release",)),
    41: (
        "moved to another agency, or listed by two",
        (
            f"{DEPARTURES}::test_a_release_moves_when_its_old_listing_lacks_it_twice_and_another_shows_it",
            f"{PUBLISHERS}::test_a_release_that_two_agencies_list_and_then_one_is_heard_of_once_by_followers_of_either",
        ),
    ),
    42: (
        "one id twice in a page, in two pages, in two listings",
        (
            f"{WATCH}::test_two_wordings_of_one_id_on_one_page_do_not_take_turns",
            f"{PUBLISHERS}::test_an_id_in_two_pages_and_two_listings_is_one_release_and_one_event",
        ),
    ),
    43: (
        "an id used again for another text",
        (f"{PUBLISHERS}::test_an_id_that_is_used_for_another_text_says_so",),
    ),
    44: (
        "dated back, or into the far future",
        (
            f"{PUBLISHERS}::test_a_back_dated_or_far_dated_publication_is_found_by_its_id",
            f"{WATCH}::test_a_back_dated_release_deep_in_the_list_is_found_by_a_wide_reading",
        ),
    ),
    45: (
        "a mass edit",
        (
            f"{MASSES}::test_a_template_that_changes_is_told_to_people_so_often_and_once_more",
            f"{MASSES}::test_a_mass_removal_is_one_message_for_people_and_each_for_programs",
        ),
    ),
    46: (
        "mark-up that runs",
        (
            f"{MARKUP}::test_mark_up_runs_nothing",
            f"{HOSTILE}::test_feeds_of_hostile_releases_are_well_formed_and_harmless",
            f"{BROWSER}::test_a_reader_that_puts_contents_into_its_page_runs_and_fetches_nothing",
        ),
    ),
    47: (
        "mark-up in a title",
        (f"{BROWSER}::test_a_reader_that_writes_a_page_of_contents_runs_and_fetches_nothing",),
    ),
    48: (
        "what breaks XML",
        (f"{HOSTILE}::test_feeds_of_hostile_releases_are_well_formed_and_harmless",),
    ),
    49: (
        "line breaks in a title",
        (
            f"{VERBATIM}::test_a_line_break_in_a_title_makes_no_header_and_no_line",
            "monitor/test_channels_mail.py::test_a_line_break_in_a_subject_makes_no_header",
        ),
    ),
    # Nothing here writes CSV; what stands in messages may still be copied into a sheet, and is left as it was said.
    50: (
        "formulas, and the syntax of templates",
        (f"{VERBATIM}::test_nothing_in_a_title_or_text_is_carried_out",),
    ),
    51: (
        "beacons and private addresses",
        (f"{MARKUP}::test_only_pictures_of_the_portal_are_fetched_and_all_else_is_a_link",),
    ),
    52: (
        "the syntax of full text",
        (
            f"{SEARCHES}::test_every_text_is_refused_with_a_sentence_or_can_be_searched_for",
            f"{SEARCHES}::test_what_means_no_search_is_refused_with_a_sentence",
            f"{SERVER}::test_a_search_without_end_is_given_up",
            f"{SERVER}::test_too_many_searches_are_told_when_to_come_again",
        ),
    ),
    53: (
        "tricks with paths and parameters",
        (f"{SERVER}::test_a_refusal_is_a_plain_sentence", f"{SERVER}::test_nonsense_is_refused"),
    ),
    54: ("readers that drip", (f"{SERVER}::test_a_reader_who_drips_is_let_go",)),
    55: (
        "a webhook that leads inside, or elsewhere",
        (
            f"{HOOKS}::test_a_name_that_looks_public_may_not_lead_inside",
            f"{HOOKS}::test_a_redirect_is_not_followed",
        ),
    ),
    56: (
        "killed at any moment, and at any call that writes or sends",
        (
            f"{CRASHES}::test_a_daemon_that_is_killed_at_random_moments_tells_everybody_once",
            f"{CRASHES}::test_a_run_that_ends_at_any_system_call_tells_everybody_once",
            f"{KILLED}::test_killed_between_any_two_statements_it_holds_all_of_a_page_or_nothing",
        ),
    ),
    57: (
        "told to end in the middle of a reading, and of a message; and told twice",
        (
            f"{ENDS}::test_a_daemon_ends_in_time_while_the_portal_hangs_and_leaves_nothing_half_written",
            f"{ENDS}::test_a_mail_server_that_hangs_does_not_hold_up_the_end",
            f"{ENDS}::{TOLD_TWICE_TO_END}",
        ),
    ),
    # On a disk of 20 MB where the user who runs the tests may mount one; else a limit on the size of files.
    58: (
        "a full disk, or a quota: asked is nobody, served is everybody, said is it once",
        (
            f"{LIMITS}::{AT_ITS_LIMITS}",
            f"{TROUBLES}::test_a_full_disk_stops_the_reading_and_loses_nothing",
            f"{HEALTH}::test_the_disk_is_nearly_full_and_has_room_again",
            f"{SOUND}::test_what_lasts_is_said_once_and_each_hour_and_when_it_is_over",
            f"{SOUND}::test_trying_for_room_leaves_nothing_behind",
        ),
    ),
    59: (
        "a database that cannot be written, is gone, another user's, or a newer program's",
        (
            f"{SOUND}::test_no_empty_database_is_made_in_the_place_of_one_that_is_gone",
            f"{SOUND}::test_a_file_of_somebody_else_stops_the_start_in_one_line",
            "monitor/test_commands.py::test_the_database_of_a_newer_jarshy_is_left_alone",
        ),
    ),
    # A log that is deleted while nothing runs is missed by the next start; what stood in it is lost, and no more.
    60: (
        "garbled pages, a log that was deleted, its index garbled, another file in its place",
        (
            f"{SOUND}::test_a_garbled_beginning_stops_the_start_in_one_line_that_says_what_to_do",
            f"{SOUND}::test_a_garbled_page_is_found_and_the_table_named",
            f"{SOUND}::test_a_file_that_is_damaged_is_written_no_more",
            f"{SOUND}::test_a_page_that_turns_out_to_be_garbled_in_use_ends_all_writing",
            f"{SOUND}::test_a_garbled_index_of_the_log_costs_nothing",
            f"{SOUND}::test_a_log_that_is_deleted_at_rest_costs_what_stood_in_it_and_nothing_else",
            f"{WITNESS}::test_a_log_that_was_deleted_is_missed_by_the_next_start",
            f"{WITNESS}::test_a_daemon_says_so_when_it_starts",
            f"monitor/test_restore.py::{FOUND_ANEW}",
            f"{SOUND}::test_whoever_moves_replaces_or_deletes_the_file_or_its_log_is_noticed",
            f"{LIMITS}::{AT_ITS_LIMITS}",
        ),
    ),
    61: (
        "a reader without end, a second daemon, another writer that takes long",
        (
            f"{SOUND}::test_a_reader_that_holds_its_moment_makes_the_log_grow_by_what_is_written_and_that_is_said",
            f"{THINNED}::test_tidying_waits_for_nobody_who_reads",
            f"{SOUND}::test_what_lasts_is_said_once_and_each_hour_and_when_it_is_over",
            f"{STORE}::test_one_daemon_works_on_a_database_and_a_killed_one_holds_nobody_up",
        ),
    ),
    62: (
        "a clock that is set while it runs, or wrong by years when it starts",
        (
            f"{SET}::test_a_daemon_whose_clock_is_set_goes_on_reading",
            f"{CLOCKS}::test_no_listing_waits_longer_than_before_where_the_clock_was_put_back",
            f"{CLOCKS}::test_each_listing_is_read_once_where_the_clock_was_put_forward",
            f"{CLOCKS}::{YEARS_OFF}",
        ),
    ),
    63: (
        "receivers that are away for hours, gone for good, slow, or say yes and mean no",
        (
            f"{RECEIVERS}::test_six_hours_down_one_refused_for_good_and_nobody_else_waits",
            f"{RECEIVERS}::test_one_that_hangs_holds_up_nobody",
            f"{REPLIES}::test_what_a_server_took_and_bounces_later_is_not_told_again_and_can_be_traced_there",
            f"{REPLIES}::test_who_answers_when_nobody_waits_any_more_hears_the_same_again",
            f"{REPLIES}::test_a_webhook_that_says_yes_with_the_words_of_an_error_has_taken_the_message",
            f"{CHATS}::test_an_answer_200_of_somebody_else_is_no_delivery",
            f"{OUTBOX}::test_a_receiver_down_for_good_is_given_up_after_days",
            f"{OUTBOX}::test_pauses_double_up_to_a_day",
            f"{TEXTS}::test_whatever_a_release_says_its_message_fits_and_leads_to_it",
        ),
    ),
    64: (
        "256 MB, 64 descriptors, a hundred readers at once, and a machine that slept",
        (
            f"{LIMITS}::{AT_ITS_LIMITS}",
            "feeds/test_server.py::test_as_many_readers_are_let_in_as_there_are_descriptors_for",
            f"{SET}::test_a_daemon_that_stood_still_for_ten_hours_reads_each_listing_once",
            f"{CLOCKS}::test_after_sleep_each_listing_is_read_once",
        ),
    ),
}
"""The faults that are lived through, by their number in the table of faults: those of the wire, of status and of
bodies, what publishers do, what of hostile content and hostile readers meets feeds and alerts, what becomes of alerts
where we are killed or receivers fail, and what our own machine does to us."""

BAD_INPUT: dict[str, tuple[str, ...]] = {
    "page 0 is page 1": (f"{WORKER}::test_page_0_is_page_1_and_neither_is_the_end",),
    "ids as numbers and as text": (f"{ITEMS}::test_an_id_is_a_number_or_its_digits",),
    "owners as text, list or absent": (f"{ITEMS}::test_owners",),
    "a body null or empty": (f"{WORKER}::test_a_body_that_says_nothing_is_a_release_all_the_same",),
    "a body of 5 MB": (f"{WORKER}::test_the_largest_page_that_is_read_stays_under_300_megabytes",),
    "a body with NUL and lone surrogates": (
        f"{WORKER}::test_a_body_that_says_nothing_is_a_release_all_the_same",
    ),
    "an id twice on a page": (
        f"{WORKER}::test_an_id_that_stands_twice_on_a_page_is_seen_twice_and_breaks_nothing",
        f"{WATCH}::test_two_wordings_of_one_id_on_one_page_do_not_take_turns",
    ),
    "a listing without end": (
        f"{SCHEDULE}::test_a_listing_that_shows_its_last_page_for_ever_is_not_walked_for_ever",
    ),
    "a listing that shrinks by half": (
        f"{SHRINKING}::test_half_of_a_listing_that_goes_is_called_shrunken_at_the_next_reading_and_nothing_is_removed",
    ),
    "one that is killed, replaced, or has company": (
        f"{BUDGET}::test_two_workers_are_one_guest_and_neither_starves",
        f"{BUDGET}::test_a_worker_that_is_killed_in_mid_request_leaves_its_pause_behind",
        "end_to_end/test_one_budget.py::test_a_daemon_that_is_killed_in_mid_request_and_started_at_once_stays_one_guest",
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def test_every_row_is_shown() -> None:
    assert sorted(ROWS) == [*range(1, 65)]
    assert all(shown for _, shown in ROWS.values())


@pytest.mark.parametrize(
    "test",
    sorted(
        {test for _, shown in ROWS.values() for test in shown} | {t for ts in BAD_INPUT.values() for t in ts}
    ),
)
def test_what_shows_a_fault_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert name in names_in(file)
