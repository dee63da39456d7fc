"""Every check, in the order in which they are read: the database first, for most of the others need it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from wangqian.operating.checks import database, files, keys, machine, others, passwords, services
from wangqian.operating.findings import Check

CHECKS: tuple[Check, ...] = (
    Check("database", gettext_lazy("数据库"), database.engine),
    Check("writable", gettext_lazy("数据库可写"), database.writable, ready=True, alarm=True),
    Check("durability", gettext_lazy("不丢数据"), database.durability, ready=True, alarm=True),
    Check("waits", gettext_lazy("等待期限"), database.waits, ready=True),
    Check("migrations", gettext_lazy("数据库表"), database.migrations, ready=True),
    Check("guards", gettext_lazy("防护触发器"), database.guards, alarm=True),
    Check("rights", gettext_lazy("数据库账号权限"), database.rights),
    Check("field_keys", gettext_lazy("主密钥"), keys.field_keys, alarm=True),
    Check("index_key", gettext_lazy("索引密钥"), keys.index_key, alarm=True),
    Check("secret_key", gettext_lazy("会话密钥"), keys.secret_key, alarm=True),
    Check("opening", gettext_lazy("密钥能打开数据"), keys.opening, light=False),
    Check("worker", gettext_lazy("后台进程"), services.worker, alarm=True),
    Check("relay", gettext_lazy("处理及时"), services.relay, ready=True, alarm=True),
    Check("dead_letters", gettext_lazy("放弃的消息"), services.dead_letters, alarm=True),
    Check("papers", gettext_lazy("卡住的协议书"), services.papers, alarm=True),
    Check("channels", gettext_lazy("消息渠道"), services.connected, alarm=True),
    Check("sms_budget", gettext_lazy("短信额度"), services.sms_budget, alarm=True),
    Check("spraying", gettext_lazy("撞库"), services.spraying, alarm=True),
    Check("wechat", gettext_lazy("微信服务号"), others.wechat),
    Check("wechat_test", gettext_lazy("微信应答"), others.wechat_answers, light=False),
    Check("outside", gettext_lazy("外部登录"), others.outside),
    Check("seal", gettext_lazy("电子印章"), services.seal, alarm=True),
    Check("seal_expiry", gettext_lazy("印章证书期限"), services.seal_expiry, alarm=True),
    Check("seal_test", gettext_lazy("试盖印章"), services.seal_works, light=False),
    Check("stamp", gettext_lazy("可信时间戳"), services.stamp),
    Check("event_log", gettext_lazy("事件日志"), services.event_log, alarm=True),
    Check("log_heads", gettext_lazy("日志头外寄"), services.log_heads, alarm=True),
    Check("storage", gettext_lazy("文件存储"), files.storage, light=False),
    Check("uploads", gettext_lazy("待检查的文件"), files.checked, alarm=True),
    Check("kept_files", gettext_lazy("文件与记录一致"), files.kept, alarm=True),
    Check("disk", gettext_lazy("磁盘"), machine.disk, alarm=True),
    Check("last_room", gettext_lazy("磁盘下限"), machine.last_room, ready=True, light=False),
    Check("clock", gettext_lazy("时钟"), machine.time, alarm=True),
    Check("fonts", gettext_lazy("字体和印刷"), machine.fonts_and_printing, light=False),
    Check("address", gettext_lazy("对外地址"), machine.address),
    Check("hashing", gettext_lazy("密码散列"), passwords.hashing, light=False),
    Check("leaked", gettext_lazy("泄露密码库"), passwords.leaked),
    Check("static", gettext_lazy("静态文件"), machine.static_files),
    Check("languages", gettext_lazy("语言文件"), machine.languages),
    Check("holidays", gettext_lazy("节假日安排"), machine.holidays),
)
