"""Writes around boxes and rights: one function for each deed, whichever door it comes through."""

from server.voting.passes import make_passes

from .accounts import claim_entry_by_letter, match_account
from .casting import cast_ballot, decide_sheet
from .casting_sheets import cast_sheets
from .challenges import decide_challenge, note_challenge
from .closing import certify_box, open_box, reconcile_box
from .correcting import Correction, correct_roll
from .deciding import decide_record
from .deciding_groups import decide_group
from .desk import (
    exchange_pass,
    hand_over_pass,
    mark_used_in_person,
    replace_lost_pass,
    spoil_sheet,
    take_back_hand_over,
    void_pass,
)
from .destroying import destroy_remains, keep_longer
from .freezing import close_voting, freeze_box, open_voting
from .giving_back import ask_office, restore_right
from .helping import note_help
from .letters import void_letter
from .match_codes import match_at_desk, show_match_code
from .match_files import answer_question, match_by_file
from .online import close_online
from .posting import decide_envelope, judge_envelope, open_envelopes, prepare_envelopes, void_envelope
from .proxies import enter_proxy, revoke_proxy, use_proxy
from .sampling import draw_sample, note_answer
from .unlock_cards import make_unlock_card, void_unlock_card
from .unmatching import unmatch_account
from .walk_ins import decide_walk_in, enter_walk_in

__all__ = [
    "Correction",
    "answer_question",
    "ask_office",
    "cast_ballot",
    "cast_sheets",
    "certify_box",
    "claim_entry_by_letter",
    "close_online",
    "close_voting",
    "correct_roll",
    "decide_challenge",
    "decide_group",
    "decide_envelope",
    "decide_record",
    "decide_sheet",
    "decide_walk_in",
    "draw_sample",
    "enter_proxy",
    "enter_walk_in",
    "destroy_remains",
    "exchange_pass",
    "freeze_box",
    "hand_over_pass",
    "judge_envelope",
    "keep_longer",
    "make_unlock_card",
    "make_passes",
    "mark_used_in_person",
    "match_account",
    "match_at_desk",
    "match_by_file",
    "note_answer",
    "note_challenge",
    "note_help",
    "open_box",
    "open_envelopes",
    "open_voting",
    "prepare_envelopes",
    "reconcile_box",
    "replace_lost_pass",
    "restore_right",
    "show_match_code",
    "revoke_proxy",
    "spoil_sheet",
    "take_back_hand_over",
    "unmatch_account",
    "use_proxy",
    "void_envelope",
    "void_letter",
    "void_pass",
    "void_unlock_card",
]
