"""What can be said of a file before anything opens it: its name, its size, its first bytes. And every refusal as a sentence."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext, gettext_noop

from wangqian.chart.words import Refused
from wangqian.documents.uploads.measures import LEAST_BYTES, MB, NAME, Limits
from wangqian.documents.uploads.structure import PNG
from wangqian.documents.uploads.verdict import Bad

KINDS = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "pdf": "pdf"}  # by the end of the name
PICTURES = {"heic", "heif", "webp", "gif", "bmp", "tif", "tiff", "avif", "svg"}
OFFICE = {"doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "txt", "ofd"}
# What the child answers → what people read. Each says what is wrong and what to do.
SENTENCES: dict[str, str] = {
    "damaged": gettext_noop("文件已损坏，读不出来。请重新拍照，或重新扫描、导出后再上传。"),
    "unreadable": gettext_noop("文件无法识别，没有接收。请重新拍照或扫描后再上传。"),
    "cut_off": gettext_noop("文件不完整，可能没有保存好。请重新拍照或重新导出后再上传。"),
    "two_kinds": gettext_noop("文件里夹带了其他内容，没有接收。请重新拍照、截屏或扫描后再上传。"),
    "animated": gettext_noop("不能上传动态图片。请截屏后上传截图。"),
    "too_many_pixels": gettext_noop("图片过大（最多 {most} 百万像素）。请用普通模式拍照，或把扫描分辨率降到 300 dpi。"),
    "too_small": gettext_noop("图片太小，看不清内容（每边至少 {least} 像素）。请重新拍照后上传。"),
    "too_heavy": gettext_noop("文件内容过于复杂，在限定的时间内读不完。请改为拍照或重新扫描后上传。"),
    "too_many_pages": gettext_noop("PDF 页数过多，最多 {most} 页。请只保留需要的页后再上传。"),
    "too_many_objects": gettext_noop("PDF 内容过于复杂，没有接收。请打印后重新扫描，或拍照上传。"),
    "too_large_inside": gettext_noop("PDF 展开后过大，可能不是正常的文件，没有接收。请重新扫描后上传。"),
    "page_size": gettext_noop("PDF 的页面过大或过小，无法显示。请按 A4 纸重新扫描或导出后上传。"),
    "locked": gettext_noop("PDF 设有密码或使用限制，无法查看。请取消密码后重新导出，或拍照上传。"),
    "form": gettext_noop("PDF 含有可填写的表单，没有接收。请用“打印为 PDF”另存，或打印后拍照上传。"),
    "active": gettext_noop("PDF 含有脚本、附件或会自动执行的内容，没有接收。请用“打印为 PDF”另存，或打印后拍照上传。"),
}
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, direction, surrogate, private, unassigned


def sentence(bad: Bad) -> Refused:
    """The refusal of a file that was looked into; a word nobody knows says nothing."""
    words = SENTENCES.get(bad.word, SENTENCES["unreadable"])
    wanted = set(re.findall(r"{(\w+)}", words))
    return Refused(words, **bad.numbers) if wanted <= set(bad.numbers) else Refused(SENTENCES["unreadable"])


def cleaned(name: str) -> str:
    """A file's name as people may see it: no folders, nothing that hides or turns text around."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in last if unicodedata.category(each) not in HIDDEN)
    stem, dot, ending = " ".join(seen.split()).rstrip(". ").rpartition(".")
    stem = stem.strip(". ") or (gettext("未命名") if dot else "")
    return f"{stem[: NAME - 10]}{dot}{ending[:9]}"


def kind_of(name: str, data: bytes, limits: Limits) -> str:
    """ "jpeg", "png" or "pdf": what the name says and the first bytes say too. Raises Refused."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in KINDS:
        raise wrong_kind(ending)
    if len(data) > limits.bytes:
        raise Refused("文件超过 {most} MB。请压缩图片或降低扫描分辨率后再上传。", most=limits.bytes // MB)
    if not data:
        raise Refused("文件是空的，没有任何内容。请重新选择文件。")
    if begins(data) != KINDS[ending]:
        raise Refused("文件的内容与扩展名“.{ending}”不符。请上传拍照、截屏得到的 jpg、png 图片，或扫描得到的 pdf。", ending=ending)
    if len(data) < LEAST_BYTES:
        raise Refused("文件太小，看不清内容。请重新拍照或扫描后上传。")
    return KINDS[ending]


def begins(data: bytes) -> str:
    """The kind by its first eight bytes."""
    first = data[:8]
    if first == PNG:
        return "png"
    if first[:3] == b"\xff\xd8\xff" and first[3:4] not in (b"", b"\x00", b"\xff", b"\xd9"):
        return "jpeg"
    return "pdf" if re.fullmatch(rb"%PDF-[12]\.[0-9]", first) else ""


def wrong_kind(ending: str) -> Refused:
    if ending in ("heic", "heif"):
        return Refused("不支持 HEIC 格式的照片。请在手机“设置－相机－格式”中选“兼容性最佳”后重拍，或截屏后上传截图。")
    if ending in PICTURES:
        return Refused("不支持 .{ending} 图片。请另存为 jpg 或 png，或截屏后上传截图。", ending=ending)
    if ending in OFFICE:
        return Refused("不支持 .{ending} 文件。请导出为 PDF，或打印盖章后拍照上传。", ending=ending)
    return Refused("只能上传 jpg、png 图片或 pdf 文件。请拍照，或扫描、导出为 pdf 后上传。")
