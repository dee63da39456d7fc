"""What is said when the school reopens one graduate after the closing, and when it closes again."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "reopen.graduate": Text(
        "学校为您重新开放了登记",
        "本届登记已截止，{school}为您一人重新开放签约和登记，到 {due} 为止。请在此之前办完；"
        "过期后须再联系{contact}。",
        sms="学校为您重新开放签约和登记，到 {due} 为止，请及时办理。",
    ),
    "close_again.graduate": Text(
        "学校收回了重新开放的登记",
        "{school}收回了为您重新开放的签约和登记。已经提交的事项照常办理，新的签约和登记不能再开始。\n"
        "{said}\n"
        "如有疑问，请联系{contact}。",
    ),
}
