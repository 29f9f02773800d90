"""Addresses of accounts."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/log-in/", views.log_in, name="log-in"),
    path("account/log-out/", views.log_out, name="log-out"),
]
