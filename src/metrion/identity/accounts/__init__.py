"""Signing in: how django-allauth is bent to this product's rules."""
